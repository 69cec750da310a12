//! What storage promises to people, tried on the real thing: the disk, the server, the process.

mod desk;
mod power;
mod served;
mod start;
mod trace;
mod trouble;
