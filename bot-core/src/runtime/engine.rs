//! All loops of one process, started in order and ended in order.

use std::fmt;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::domain::time::SECOND;
use crate::port::intake::Intake;
use crate::port::job::JobHandler;
use crate::port::platform::Platform;
use crate::runtime::core::Core;
use crate::runtime::courier::{Courier, pause};
use crate::runtime::desk::Desk;
use crate::runtime::feed::Feed;
use crate::runtime::files::Files;
use crate::runtime::housekeeping::Housekeeping;
use crate::runtime::intake::FrontDoor;
use crate::runtime::jobs::Jobs;
use crate::runtime::lanes::Lanes;
use crate::runtime::nodes::Nodes;
use crate::runtime::slots::Slots;
use crate::runtime::supervisor::Supervisor;
use crate::runtime::timers::Timers;
use crate::store::StoreError;
use crate::store::blob::Blobs;

/// How often the team is read anew, in case another process changed it.
const TEAM: i64 = 2 * SECOND;

/// All moving parts of one process.
#[derive(Clone)]
pub struct Engine {
    /// What they share.
    pub core: Core,
    /// The door for adapters.
    pub intake: Intake,
    /// Decides lanes.
    pub desk: Arc<Desk>,
    /// Delivers rows.
    pub courier: Courier,
    /// Fires timers.
    pub timers: Timers,
    /// Fetches and keeps files.
    pub files: Files,
    /// Answers requests by what is to be said.
    pub slots: Slots,
    /// Works what takes long.
    pub jobs: Jobs,
    /// Reads local destinations.
    pub feed: Feed,
    /// Forgets what is over.
    pub house: Housekeeping,
    /// This process among those that serve the same database.
    pub nodes: Nodes,
    /// Owns the tasks.
    pub supervisor: Supervisor,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Puts the parts together; nothing moves yet.
    #[must_use]
    pub fn new(core: Core, blobs: Blobs) -> Self {
        let supervisor = Supervisor::new();
        let files = Files::new(core.clone(), blobs.clone());
        let desk = Arc::new(Desk::new(core.clone(), supervisor.clone()));
        let courier = Courier::new(core.clone());
        let stop = supervisor.stop();
        Self {
            intake: Intake::new(Arc::new(FrontDoor::new(core.clone()))),
            nodes: Nodes::new(core.clone(), Arc::clone(&desk), courier.clone(), stop),
            desk,
            courier,
            timers: Timers::new(core.clone()),
            house: Housekeeping::new(core.clone(), blobs),
            jobs: Jobs::new(core.clone(), files.clone()),
            files,
            slots: Slots::new(core.clone()),
            feed: Feed::new(core.clone()),
            supervisor,
            core,
        }
    }

    /// The same parts, with a handler of long work more.
    #[must_use]
    pub fn working(self, handler: Arc<dyn JobHandler>) -> Self {
        Self {
            jobs: self.jobs.with(handler),
            ..self
        }
    }

    /// Makes rooms and team known, and takes up what the last process left behind.
    ///
    /// # Errors
    /// When the database fails, or another process serves the same file.
    pub async fn prepare(&self) -> Result<(), StoreError> {
        self.core.ensure_rooms().await?;
        self.core.refresh_policy().await?;
        self.jobs.recover().await?;
        self.nodes.join().await?;
        self.house.sweep().await
    }

    /// Starts all loops, and every platform's listening.
    pub fn start(&self) {
        let stop = self.supervisor.stop();
        let lanes = Lanes::new(
            self.core.clone(),
            Arc::clone(&self.desk),
            self.supervisor.clone(),
        );
        let (timers, files) = (self.timers.clone(), self.files.clone());
        let (jobs, for_jobs) = (self.jobs.clone(), stop.clone());
        self.supervisor
            .spawn("jobs", async move { jobs.run(for_jobs).await });
        let (courier, supervisor) = (self.courier.clone(), self.supervisor.clone());
        let (for_lanes, for_timers, for_files) = (stop.clone(), stop.clone(), stop.clone());
        self.supervisor
            .spawn("lanes", async move { lanes.run(for_lanes).await });
        self.supervisor
            .spawn("timers", async move { timers.run(for_timers).await });
        self.supervisor
            .spawn("files", async move { files.run(for_files).await });
        self.supervisor
            .spawn("courier", async move { courier.run(&supervisor).await });
        let (team, house) = (self.core.clone(), self.house.clone());
        let for_house = stop.clone();
        self.supervisor
            .spawn("team", async move { keep_policy_fresh(&team, &stop).await });
        self.supervisor
            .spawn("housekeeping", async move { house.run(&for_house).await });
        self.keep_company();
        self.listen();
    }

    fn keep_company(&self) {
        let [beats, hears, speaks] = [(); 3].map(|()| self.nodes.clone());
        let hints = self.core.signals.outward();
        self.supervisor
            .spawn("nodes", async move { beats.run().await });
        self.supervisor
            .spawn("session", async move { hears.listen().await });
        self.supervisor
            .spawn("relay", async move { speaks.speak(hints).await });
    }

    fn listen(&self) {
        for (name, account) in &self.core.outside.channels {
            let (name, platform) = (name.clone(), Arc::clone(&account.platform));
            let (core, intake, stop) = (
                self.core.clone(),
                self.intake.clone(),
                self.supervisor.stop(),
            );
            self.supervisor.spawn("listen", async move {
                listen_in_turn(&core, &name.0, platform.as_ref(), &intake, &stop).await;
            });
        }
    }

    /// Ends all loops and closes the database; `false` when some task did not end in time.
    pub async fn end(&self) -> bool {
        let ended = self.supervisor.end().await;
        if ended && let Err(error) = self.nodes.leave().await {
            tracing::warn!(%error, "the database does not know that we ended in good order");
        }
        self.core.db.close().await;
        ended
    }
}

/// A channel is listened to by the process that has its lease, or by every one.
async fn listen_in_turn(
    core: &Core,
    name: &str,
    platform: &dyn Platform,
    intake: &Intake,
    stop: &CancellationToken,
) {
    if platform.listens_everywhere() {
        return listen(core, name, platform, intake, stop).await;
    }
    let mut leases = core.leases.watch();
    while !stop.is_cancelled() {
        leases.borrow_and_update();
        if let Some(hold) = core.leases.channel(name) {
            listen(core, name, platform, intake, &hold.ended).await;
            continue;
        }
        core.signals.listening.works(name);
        tokio::select! {
            _ = leases.changed() => {}
            () = stop.cancelled() => {}
        }
    }
}

/// A platform that cannot be listened to holds up nobody else; it is tried again.
async fn listen(
    core: &Core,
    name: &str,
    platform: &dyn Platform,
    intake: &Intake,
    stop: &CancellationToken,
) {
    let mut failures = 0;
    while !stop.is_cancelled() {
        core.signals.listening.works(name);
        match platform.listen(intake.clone(), stop.clone()).await {
            Ok(()) => failures = 0,
            Err(error) => {
                failures += 1;
                core.signals.listening.fails(name, error.to_string());
                metrics::counter!("frontdesk_listen_failures_total", "channel" => name.to_owned())
                    .increment(1);
                tracing::warn!(channel = name, %error, failures, "the channel cannot be listened to");
            }
        }
        let (_, random) = core.fresh().as_u64_pair();
        let until = core.now().plus_ms(pause(failures, random));
        tokio::select! {
            () = core.clock.wait_until(until) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn keep_policy_fresh(core: &Core, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = core.refresh_policy().await {
            tracing::warn!(%error, "the settings were not read");
        }
        let until = core.now().plus_ms(TEAM);
        tokio::select! {
            () = core.clock.wait_until(until) => {}
            () = core.signals.policy.notified() => {}
            () = stop.cancelled() => {}
        }
    }
}
