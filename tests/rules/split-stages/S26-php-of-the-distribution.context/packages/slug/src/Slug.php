<?php

declare(strict_types=1);

namespace Slug;

final class Slug
{
    public static function of(string $title): string
    {
        $plain = mb_strtolower(trim($title));

        return trim((string) preg_replace('/[^\p{L}\p{N}]+/u', '-', $plain), '-');
    }
}
