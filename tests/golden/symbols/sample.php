<?php
declare(strict_types=1);

namespace App\Mail;

use App\Models\{User, Letter as Mail};
use Psr\Log\LoggerInterface;
use function App\format;
require_once __DIR__ . '/helpers.php';

const LIMIT = 10;

interface Sender extends Countable
{
    public function send(Mail $mail): bool;
}

/**
 * Sends letters.
 */
final class PostOffice extends Office implements Sender, Loggable
{
    use Queued;

    public const VERSION = '1';
    private ?User $owner = null;
    protected static array $boxes = [];

    public function __construct(private LoggerInterface $logger, int $size)
    {
        parent::__construct();
        $local = $size;
    }

    // Sends one.
    public function send(Mail $mail): bool
    {
        $format = fn (string $text): string => trim($text);
        return $this->deliver($format("to {$mail->to}"));
    }
}

trait Queued
{
    public array $queue = [];
    abstract protected function push(Mail $mail): void;
}

enum State: string
{
    case Open = 'open';
    case Closed = 'closed';
    public static function first(): self { return self::Open; }
}

function helper(string ...$parts): ?User
{
    return new User($parts);
}
