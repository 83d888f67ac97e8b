module example.org/both

go 1.25
