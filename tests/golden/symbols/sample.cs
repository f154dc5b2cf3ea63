using System;
using System.Collections.Generic;
using static System.Math;
using Bag = System.Collections.Generic.List<string>;

namespace Shop.Orders;

/// <summary>
/// How an order stands.
/// </summary>
public enum Status { Open, Paid = 2, Sent }

public delegate void Changed(Order order, Status status);

public interface IStore<T> : IDisposable where T : class
{
    T? Find(int id);
    int Count { get; }
}

public record Line(string Name, decimal Price);

// An order with its lines.
[Serializable]
public partial class Order : Entity<int>, IComparable<Order>
{
    private readonly List<Line> _lines = new();
    public const int MaxLines = 100;
    public static Order? Last, First;
    public event EventHandler<Status>? StatusChanged;

    public Order(int id) : base(id) { var local = id; }

    public string Owner { get; set; } = "";
    public decimal Total => _lines.Sum(l => l.Price);
    public Line this[int index] => _lines[index];

    /// <summary>Adds a line.</summary>
    public async Task<Line> AddAsync(string name, decimal price = 0m)
    {
        int Next() => _lines.Count + 1;
        var line = new Line(name, price);
        await Store.SaveAsync(Next());
        return line;
    }

    public static bool operator ==(Order a, Order b) => a.Equals(b);

    struct Key { public int Id; }
}
