module example.org/app

go 1.22

require example.org/x v1.0.0
replace example.org/y => ./libs/y
