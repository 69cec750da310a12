mod addresses;
mod server;
mod wire;
