<?php

declare(strict_types=1);

require __DIR__ . '/../vendor/autoload.php';

header('Content-Type: application/json');
$title = is_string($_GET['title'] ?? null) ? $_GET['title'] : 'Grüße aus Köln';
echo json_encode((new Pages\Page($title))->asArray(), JSON_UNESCAPED_UNICODE), "\n";
