mod addresses;
mod bytes;
mod server;
mod wire;
