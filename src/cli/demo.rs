//! `frontdesk demo`: everything on this machine, without a configuration.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::demo::{self, Demo};
use crate::model::{self, Fetching};
use crate::run::{self, signalled};
use crate::telemetry;

/// Arguments of `demo`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  frontdesk demo --port 9000 --data ./my-demo

Started again, it goes on where it was. Its articles can be asked and changed from the shell:
  frontdesk kb ask \"how long does delivery take\" --data ./frontdesk-demo")]
pub struct DemoArgs {
    /// The port to listen on; without it the first free one from 8080 on
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// The folder where everything is kept
    #[arg(long, value_name = "DIR", default_value = "frontdesk-demo")]
    data: PathBuf,
    /// Do not fetch the model with which the bot goes by the meaning too
    #[arg(long)]
    no_model: bool,
}

/// Runs the demo until it is told to end.
///
/// # Errors
/// When the folder cannot be written, no port is free, or some work failed.
pub fn run(args: &DemoArgs) -> Result<(), Failure> {
    telemetry::init_quiet(telemetry::Format::detect()).map_err(anyhow::Error::from)?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    runtime.block_on(async {
        let demo = demo::open(&args.data, args.port).await?;
        let welcome = welcome(&demo, args);
        if !args.no_model {
            bring_model(&demo);
        }
        run::run(demo.desk, move |_| say!("{welcome}"), signalled()).await
    })?;
    say!("\nGood bye. The same command goes on where you stopped. 再见，再次运行即可继续。");
    Ok(())
}

/// Fetches the model of sentences in the background, if it is not there. Nothing waits for it.
fn bring_model(demo: &Demo) {
    let supervisor = &demo.desk.engine.supervisor;
    let (folder, stop) = (demo.desk.config.storage.model.clone(), supervisor.stop());
    supervisor.spawn("model", async move {
        tokio::select! {
            () = fetch_model(&folder) => {}
            () = stop.cancelled() => {}
        }
    });
}

async fn fetch_model(folder: &Path) {
    if model::file(folder).is_file() {
        return;
    }
    say!("  Fetching the model of sentences (32 MB) in the background … 正在后台下载语义模型…");
    match model::fetch(folder, Fetching::Quietly).await {
        Ok(()) => {
            say!("  The model is there: the bot now goes by the meaning too. 语义模型已启用。")
        }
        Err(error) => {
            let why = format!("{error:#}");
            let line = why.lines().next().unwrap_or_default();
            say!(
                "  Without the model of sentences the bot goes by words alone ({line}). 未启用语义模型。"
            );
        }
    }
}

fn welcome(demo: &Demo, args: &DemoArgs) -> String {
    let address = demo.desk.config.server.address();
    let articles = match demo.imported {
        0 => "Going on where you stopped. 从上次的地方继续。".to_owned(),
        imported => {
            format!("{imported} articles of a small shop were imported. 已导入示例知识库。")
        }
    };
    format!(
        "\n  frontdesk demo · 演示\n\n  \
         {articles}\n\n  \
         The customer's page, with the chat · 顾客页面\n    {address}/\n\n  \
         The team room; this link signs you in, once · 客服工作台（登录链接只能用一次）\n    {}\n\n  \
         Everything is kept in {}. Ctrl-C ends it. · 数据保存在该文件夹，按 Ctrl-C 结束。\n",
        demo.sign_in,
        args.data.display(),
    )
}
