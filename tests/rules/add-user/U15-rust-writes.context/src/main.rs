fn main() {
    std::fs::write("state.txt", "x").unwrap();
}
