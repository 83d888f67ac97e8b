<?php

declare(strict_types=1);

require __DIR__ . '/../src/Greeting.php';

header('Content-Type: application/json');
echo json_encode(['greeting' => (new Greeting($_GET['name'] ?? 'wörld'))->text()], JSON_UNESCAPED_UNICODE), "\n";
