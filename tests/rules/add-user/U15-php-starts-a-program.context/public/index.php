<?php
echo shell_exec("uptime");
