class App { String x = read("src/main/resources/cities.csv"); }
