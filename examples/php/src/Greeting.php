<?php

declare(strict_types=1);

final class Greeting
{
    public function __construct(private string $name)
    {
    }

    public function text(): string
    {
        return 'hello ' . mb_strtoupper($this->name);
    }
}
