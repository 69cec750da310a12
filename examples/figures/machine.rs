//! What the machine is, and what processes cost, from `/proc`.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Linux counts CPU time in hundredths of a second for everybody.
const TICKS_A_SECOND: f64 = 100.0;

/// CPU seconds of a process with all its threads.
pub(crate) fn cpu_of(process: &str) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold spaces; what counts comes after it.
    let (_, rest) = stat.rsplit_once(')').context("/proc/PID/stat")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    Ok((ticks(11).context("utime")? + ticks(12).context("stime")?) / TICKS_A_SECOND)
}

/// CPU seconds of everything on this machine that was not idle.
pub(crate) fn cpu_of_all() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("/proc/stat")?;
    let ticks: Vec<f64> = line
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system, (idle, iowait,) irq, softirq, steal
    let busy = [0, 1, 2, 5, 6, 7]
        .iter()
        .filter_map(|at| ticks.get(*at))
        .sum::<f64>();
    Ok(busy / TICKS_A_SECOND)
}

/// Resident memory of a process in megabytes.
pub(crate) fn resident_mb(process: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("VmRSS")?;
    let kb: f64 = line.split_whitespace().next().context("VmRSS")?.parse()?;
    Ok(kb / 1_024.0)
}

/// The machine in a few lines; `folder` says on which disk.
pub(crate) fn described(folder: &Path) -> anyhow::Result<String> {
    let cores = std::thread::available_parallelism()?;
    let memory = field("/proc/meminfo", "MemTotal:");
    let model = field("/proc/cpuinfo", "model name\t:");
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let compiler = told(Command::new("rustc").arg("--version"));
    let disk = told(
        Command::new("df")
            .args(["--output=source,fstype"])
            .arg(folder),
    );
    let disk = disk
        .lines()
        .last()
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let sync = synced(folder)?;
    Ok(format!(
        "machine     {cores} cores ({model}), {memory}, Linux {kernel}, {compiler}\n\
         disk        {disk}; writing 4 KiB and fdatasync takes {sync:.2} ms (median of 200)\n\
         load        {load} before the measurement\n"
    ))
}

/// Milliseconds that 4 KiB take to reach the disk, in the median.
fn synced(folder: &Path) -> anyhow::Result<f64> {
    use std::io::Write as _;

    let path = folder.join("sync-probe");
    let mut file = std::fs::File::create(&path)?;
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    std::fs::remove_file(path)?;
    times.sort();
    Ok(times[100].as_secs_f64() * 1_000.0)
}

fn field(file: &str, name: &str) -> String {
    let text = read(file);
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or("?").trim().to_owned()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(file)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn told(command: &mut Command) -> String {
    let output = command
        .output()
        .map(|output| output.stdout)
        .unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}
