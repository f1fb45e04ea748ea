using Microsoft.AspNetCore.Components;

namespace Nexus.Dashboard.Shared.Table;

/// <summary>A column of a <see cref="DataTable{T}"/>.</summary>
/// <param name="Key">Its name in the address (<c>sort=KEY</c>) and in what the viewer chose to see.</param>
/// <param name="Head">Its head; empty where the cells explain themselves.</param>
/// <param name="Cell">What stands in a row.</param>
public sealed record Column<T>(string Key, string Head, RenderFragment<T> Cell)
{
    /// <summary>What rows are ordered by; null: they cannot be.</summary>
    public Func<T, IComparable?>? By { get; init; }

    /// <summary>True for numbers, which stand right.</summary>
    public bool Number { get; init; }

    /// <summary>The style classes of head and cells: where it stands in a narrow window (<c>n1</c> to <c>n4</c>) or that it goes (<c>hide-s</c>, <c>only-l</c>).</summary>
    public string Class { get; init; } = "";

    /// <summary>The style of the cells.</summary>
    public string? Style { get; init; }

    /// <summary>False for what a row cannot be told by without.</summary>
    public bool CanHide { get; init; } = true;
}
