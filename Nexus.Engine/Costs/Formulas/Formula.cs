using System.Diagnostics.CodeAnalysis;

namespace Nexus.Engine.Costs.Formulas;

/// <summary>A cost that is worked out: a small expression over what is known of a line. It always ends, as it has no loops and a bounded size, and works with decimal numbers.</summary>
/// <remarks>
/// <para>Numbers, texts in single quotes, <c>+ - * /</c>, <c>&lt; &lt;= &gt; &gt;= == !=</c>, <c>&amp;&amp; || !</c>, <c>a ? b : c</c>, parentheses; the values <c>quantity</c> (consumed; of what is held in unit-hours),
/// <c>duration</c> (seconds), <c>hour</c> (0 to 23) and <c>weekday</c> (1, Monday, to 7) of its beginning in UTC; and <c>label('NAME')</c> (a text, empty where there is none), <c>min</c>, <c>max</c> (two numbers), <c>ceil</c>, <c>floor</c>,
/// <c>custom('NAME')</c> (a registered <see cref="ICostModel"/>).</para>
/// <para>It gives what the whole line costs. Where it cannot be worked out (a division by zero, a number too large, a negative result) the line is unpriced.</para>
/// </remarks>
public sealed class Formula
{
    /// <summary>The most characters that one has.</summary>
    public const int MostCharacters = 1_000;

    private readonly Node _root;

    private Formula(string text, Node root) => (Text, _root) = (text, root);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a formula.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="formula">It, ready.</param>
    /// <param name="reason">What is wrong, and at which character, from 1.</param>
    /// <returns>False where it cannot be read, or gives no number.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out Formula? formula, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        formula = null;
        try
        {
            formula = new Formula(text, new FormulaParser(text).Whole());
            reason = null;
            return true;
        }
        catch (FormulaException wrong)
        {
            reason = $"at character {wrong.Position + 1}: {wrong.Message}";
            return false;
        }
    }

    /// <summary>Works it out; null where that cannot be.</summary>
    /// <param name="inputs">What is known of the line.</param>
    /// <param name="models">The registered cost models, by name.</param>
    public Money? Cost(CostInputs inputs, IReadOnlyDictionary<string, ICostModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        try
        {
            decimal cost = _root.Number(new FormulaScope(inputs, models));
            return cost < 0 ? null : Money.TryRound(cost, out Money money) ? money : null;
        }
#pragma warning disable CA1031 // A division by zero, a number too large, or whatever a model of somebody else's throws: the line stays unpriced and is listed.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}

/// <summary>What stops the reading of a formula.</summary>
internal sealed class FormulaException(int position, string message) : Exception(message)
{
    /// <summary>At which character, from 0.</summary>
    public int Position => position;
}

/// <summary>What an expression is worked out with.</summary>
internal readonly record struct FormulaScope(CostInputs Inputs, IReadOnlyDictionary<string, ICostModel> Models);

/// <summary>What an expression gives.</summary>
internal enum FormulaType
{
    Number,
    Text,
    Truth,
}

/// <summary>A part of an expression: what it gives, and how that is worked out. Truth is 0 or 1.</summary>
internal sealed record Node(FormulaType Type, Func<FormulaScope, decimal> Number, Func<FormulaScope, string>? Text = null);
