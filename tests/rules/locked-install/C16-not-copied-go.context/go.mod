module example.org/app

require example.org/x v1.0.0
