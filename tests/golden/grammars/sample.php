<?php

declare(strict_types=1);

namespace App\Http;

use App\Models\{User, Post};

/** Answers requests. */
#[Route('/posts')]
final class PostController extends Controller implements Handler
{
    public function __construct(private readonly Repository $posts, protected ?User $user = null)
    {
    }

    public function show(int $id): ?Post
    {
        $post = $this->posts->find($id) ?? throw new NotFound("post {$id}");
        foreach ($post->tags as $i => $tag) {
            echo "$i: {$tag->name}\n"; // one per line
        }
        $titles = array_map(fn (Post $p): string => $p->title, [$post]);
        return match (true) {
            $post->draft => null,
            default => $post,
        };
    }
}

enum Status: string
{
    case Open = 'open';
}
