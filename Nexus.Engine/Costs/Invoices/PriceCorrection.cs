using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>A price of the book that would be as it is billed.</summary>
/// <param name="Model">The model.</param>
/// <param name="Class">What of its tokens.</param>
/// <param name="Lane">In which lane.</param>
/// <param name="From">From which day on.</param>
/// <param name="Before">The price that holds there; null: none.</param>
/// <param name="After">The price to set.</param>
/// <param name="Amount">How much of the difference it explains.</param>
public sealed record PriceCorrection(string Model, TokenClass Class, string Lane, Instant From, Sku? Before, Sku After, Money Amount);

/// <summary>Something that is billed otherwise than the book says, for which no change of the book can be proposed.</summary>
/// <param name="Model">The model.</param>
/// <param name="Class">What of its tokens.</param>
/// <param name="Lane">In which lane.</param>
/// <param name="Reason">Why not, and the remedy.</param>
/// <param name="Amount">How much of the difference it is.</param>
public sealed record UnproposedPrice(string Model, TokenClass Class, string Lane, string Reason, Money Amount);
