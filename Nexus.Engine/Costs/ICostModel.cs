using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>What is known of a line when its cost is worked out.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="Quantity">How much was consumed, in the kind's unit, of what is held in unit-hours.</param>
/// <param name="Duration">How long it was held; zero for what is consumed at a moment.</param>
/// <param name="At">The beginning of its charge period.</param>
/// <param name="Labels">Its labels.</param>
public readonly record struct CostInputs(string Resource, decimal Quantity, TimeSpan Duration, Instant At, Labels Labels);

/// <summary>A cost function written in .NET. Register it with the program's services, and name it in a price's formula: <c>custom('NAME')</c>.</summary>
/// <remarks>
/// It is called on the engine's thread while it decides: it must be quick, do no I/O, and give the same for the same inputs. What it gave is in the journal, so that a replay does not call it again.
/// One that throws, or gives an amount that is no price (negative, or 10¹⁵ and more), leaves its line unpriced.
/// </remarks>
/// <example>
/// Nights and weekends at a tenth, as a utility bills power:
/// <code>
/// public sealed class NightTariff : ICostModel
/// {
///     public string Name => "night-tariff";
///
///     public decimal Cost(CostInputs inputs) => inputs.Quantity * (inputs.At.ToDateTimeOffset().Hour is &lt; 6 or >= 22 ? 0.03m : 0.30m);
/// }
/// </code>
/// and <c>services.AddSingleton&lt;ICostModel, NightTariff&gt;()</c>; then the price <c>{"sku": "power", "resource": "gpu", "formula": "custom('night-tariff')"}</c>.
/// </example>
public interface ICostModel
{
    /// <summary>By what a formula names it.</summary>
    string Name { get; }

    /// <summary>What a line costs, in the installation's currency.</summary>
    decimal Cost(CostInputs inputs);
}
