using System;
using System.Collections.Generic;

namespace Shop.Orders;

/// <summary>An order.</summary>
public record Line(string Name, decimal Price);

public sealed class Order : IDisposable
{
    private readonly List<Line> _lines = new();

    public string Owner { get; init; } = "nobody";

    public decimal Total => _lines.Sum(l => l.Price);

    public async Task<bool> SendAsync(IMailer mailer, CancellationToken stop = default)
    {
        if (_lines is not { Count: > 0 }) return false;
        foreach (var (name, price) in _lines)
        {
            await mailer.Send($"{name}: {price:C2}", @"c:\outbox");
        }
        return Total switch
        {
            > 100m => true,
            _ => false,
        };
    }

    public void Dispose() => _lines.Clear(); // done
}
