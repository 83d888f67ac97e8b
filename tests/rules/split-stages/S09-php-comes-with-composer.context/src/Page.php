<?php

declare(strict_types=1);

namespace Pages;

use Slug\Slug;

final class Page
{
    public function __construct(private string $title)
    {
    }

    /** @return array{title: string, slug: string} */
    public function asArray(): array
    {
        return ['title' => $this->title, 'slug' => Slug::of($this->title)];
    }
}
