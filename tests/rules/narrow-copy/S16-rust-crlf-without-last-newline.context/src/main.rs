fn main() { std::fs::read("config/web.toml").unwrap(); }
