using Microsoft.Playwright;

namespace Nexus.E2E.Browsing;

/// <summary>How the visitor's browser looks at pages.</summary>
/// <param name="Scheme">What the operating system prefers.</param>
/// <param name="Width">Of the window, in CSS pixels.</param>
/// <param name="Height">Of the window, in CSS pixels.</param>
/// <param name="BypassPolicy">Lets a test inject scripts (axe); the Content-Security-Policy is then not tested.</param>
public sealed record Look(ColorScheme Scheme = ColorScheme.Light, int Width = 1440, int Height = 900, bool BypassPolicy = false)
{
    /// <summary>A desk.</summary>
    public static Look Desk { get; } = new();

    /// <summary>A telephone, 390 pixels wide.</summary>
    public static Look Telephone { get; } = new(Width: 390, Height: 844);
}
