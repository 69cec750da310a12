//! The crash walk: a conversation during which the process is killed at every named point, and
//! started again until all is said. The platforms and what people see of them live outside that
//! process, so nothing that it forgets can hide.

mod compare;
mod house;
mod points;
mod poison;
mod post;
mod script;
mod town;
mod walk;
