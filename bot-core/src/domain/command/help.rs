//! Help, derived from the specs.

use crate::domain::command::spec::{
    CommandPlace, CommandSpec, Parameter, ParameterSort, Permission, Wording,
};
use crate::domain::language::Language;

/// The list of the commands that somebody with these permissions may use, one line each.
#[must_use]
pub fn help(specs: &[CommandSpec], language: Language, may: &[Permission]) -> String {
    let title = |place| match (place, language) {
        (CommandPlace::Thread, Language::Zh) => "在工单里：",
        (CommandPlace::Thread, Language::En) => "In a ticket's thread:",
        (CommandPlace::Anywhere, Language::Zh) => "随处可用：",
        (CommandPlace::Anywhere, Language::En) => "Anywhere:",
    };
    let mut lines = Vec::new();
    for place in [CommandPlace::Thread, CommandPlace::Anywhere] {
        let mut of_place: Vec<String> = specs
            .iter()
            .filter(|spec| spec.place == place && may.contains(&spec.permission))
            .map(|spec| format!("{} – {}", heading(spec, language), summary(spec, language)))
            .collect();
        if !of_place.is_empty() {
            lines.push(title(place).to_owned());
            lines.append(&mut of_place);
        }
    }
    lines.push(closing(language).to_owned());
    lines.join("\n")
}

const fn closing(language: Language) -> &'static str {
    match language {
        Language::Zh => "发送「/帮助 命令名」看细节。直接写的文字会发给客户。",
        Language::En => "Send \"/help COMMAND\" for details. Plain text goes to the customer.",
    }
}

/// Everything about one command: what it does, how it is written, its other names, an example.
#[must_use]
pub fn help_one(spec: &CommandSpec, language: Language) -> String {
    let (names, example) = match language {
        Language::Zh => ("也可写作：", "例如："),
        Language::En => ("Also: ", "Example: "),
    };
    let written = match language {
        Language::Zh => spec.example_zh,
        Language::En => spec.example_en,
    };
    let mut lines = vec![summary(spec, language).to_owned(), usage(spec, language)];
    if !spec.aliases.is_empty() {
        let aliases: Vec<String> = spec.aliases.iter().map(|one| format!("/{one}")).collect();
        lines.push(format!("{names}{}", aliases.join(" ")));
    }
    lines.push(format!("{example}{written}"));
    lines.join("\n")
}

/// How a command is written: `/close [reason] [silent]`, `/结束 [原因] [静默]`.
#[must_use]
pub fn usage(spec: &CommandSpec, language: Language) -> String {
    let name = match language {
        Language::Zh => spec.chinese_name().unwrap_or(spec.name),
        Language::En => spec.name,
    };
    let parameters = spec.parameters.iter().map(|one| placeholder(one, language));
    let parts: Vec<String> = std::iter::once(format!("/{name}"))
        .chain(parameters)
        .collect();
    parts.join(" ")
}

/// The usage, with the Latin name beside the Chinese one.
fn heading(spec: &CommandSpec, language: Language) -> String {
    let usage = usage(spec, language);
    match language {
        Language::Zh if spec.chinese_name().is_some() => format!("{usage}（/{}）", spec.name),
        Language::Zh | Language::En => usage,
    }
}

fn placeholder(parameter: &Parameter, language: Language) -> String {
    let shown = match (parameter.sort, language) {
        (ParameterSort::OneOf(options), _) => listed(options, language),
        (ParameterSort::Agent, Language::Zh) => "我|姓名|无".to_owned(),
        (ParameterSort::Agent, Language::En) => "me|NAME|none".to_owned(),
        (_, Language::Zh) => parameter.name_zh.to_owned(),
        (_, Language::En) => parameter.name.to_owned(),
    };
    if parameter.optional {
        format!("[{shown}]")
    } else {
        format!("<{shown}>")
    }
}

fn listed(options: &[Wording], language: Language) -> String {
    let names = options.iter().map(|option| option.shown(language));
    names.collect::<Vec<_>>().join("|")
}

pub(super) const fn summary(spec: &CommandSpec, language: Language) -> &'static str {
    match language {
        Language::Zh => spec.summary_zh,
        Language::En => spec.summary_en,
    }
}
