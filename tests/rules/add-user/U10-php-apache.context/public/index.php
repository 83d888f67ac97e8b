<?php file_put_contents("../up/x", "y"); exec("ls");
