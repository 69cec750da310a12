//! The columns of a table, under the names that people give them.

/// A column that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Question,
    Answer,
    Alternatives,
    Category,
    Lang,
    Tags,
    Visibility,
    Mode,
    ValidFrom,
    ValidUntil,
    Channels,
    Source,
}

impl Column {
    /// The column a heading names, whatever its case, spaces and marks; `None` for others.
    pub(crate) fn named(heading: &str) -> Option<Self> {
        let plain: String = heading
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        Some(match plain.as_str() {
            "id" | "externalid" | "编号" | "編號" | "标识" => Self::Id,
            "question" | "q" | "questions" | "title" | "问题" | "問題" | "标准问题" | "标准问"
            | "标题" => Self::Question,
            "answer" | "a" | "answers" | "答案" | "回答" | "答复" | "回复" => Self::Answer,
            "alternatives" | "alternative" | "相似问题" | "相似问" | "相似問題" | "扩展问"
            | "其他问法" => Self::Alternatives,
            "category" | "分类" | "分類" | "类别" | "類別" | "类目" => Self::Category,
            "lang" | "language" | "语言" | "語言" | "语种" => Self::Lang,
            "tags" | "tag" | "标签" | "標籤" => Self::Tags,
            "visibility" | "可见性" | "可見性" | "可见范围" => Self::Visibility,
            "mode" | "answermode" | "回答方式" | "回答模式" => Self::Mode,
            "validfrom" | "生效时间" | "生效日期" | "开始时间" | "開始時間" => {
                Self::ValidFrom
            }
            "validuntil" | "validto" | "失效时间" | "失效日期" | "结束时间" | "結束時間" => {
                Self::ValidUntil
            }
            "channels" | "channel" | "渠道" => Self::Channels,
            "source" | "来源" | "來源" | "出处" => Self::Source,
            _ => return None,
        })
    }

    /// Which columns a table's headings are.
    ///
    /// # Errors
    /// The names of needed columns that none of them is.
    pub(crate) fn all_named<'h>(
        headings: impl Iterator<Item = &'h str>,
    ) -> Result<Vec<Option<Self>>, Vec<&'static str>> {
        let columns: Vec<_> = headings.map(Self::named).collect();
        let missing: Vec<_> = [(Self::Question, "question"), (Self::Answer, "answer")]
            .into_iter()
            .filter(|(needed, _)| !columns.contains(&Some(*needed)))
            .map(|(_, name)| name)
            .collect();
        if missing.is_empty() {
            Ok(columns)
        } else {
            Err(missing)
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("question", Some(Column::Question))]
    #[case("\u{feff} Question ", Some(Column::Question))]
    #[case("External-ID", Some(Column::Id))]
    #[case("问题", Some(Column::Question))]
    #[case("答案", Some(Column::Answer))]
    #[case("notes", None)]
    #[case("", None)]
    fn names(#[case] heading: &str, #[case] expected: Option<Column>) {
        assert_eq!(Column::named(heading), expected);
    }

    #[test]
    fn tells_what_is_missing() {
        assert_eq!(
            Column::all_named(["id", "q"].into_iter()),
            Err(vec!["answer"])
        );
        assert_eq!(
            Column::all_named([].into_iter()),
            Err(vec!["question", "answer"])
        );
    }
}
