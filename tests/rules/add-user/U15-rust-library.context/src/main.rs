fn main() {
    println!("{}", std::fs::read_to_string("page.html").unwrap_or_default());
}
