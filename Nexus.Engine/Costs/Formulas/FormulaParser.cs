using System.Globalization;

namespace Nexus.Engine.Costs.Formulas;

/// <summary>Reads an expression by recursive descent, lowest binding first; types are checked as it is read.</summary>
internal sealed class FormulaParser(string text)
{
    private const int MostDepth = 32;
    private const int MostNodes = 200;

    private int _at;
    private int _depth;
    private int _nodes;

    /// <summary>The whole text as a number.</summary>
    /// <exception cref="FormulaException">It cannot be read.</exception>
    public Node Whole()
    {
        if (text.Length > Formula.MostCharacters)
        {
            throw new FormulaException(Formula.MostCharacters, $"a formula has at most {Formula.MostCharacters:N0} characters");
        }

        Node root = Choice();
        return !End() ? throw Wrong("nothing was expected here") : Must(root, FormulaType.Number, 0);
    }

    // condition ? a : b
    private Node Choice()
    {
        if (++_depth > MostDepth)
        {
            throw Wrong($"is nested more than {MostDepth} deep");
        }

        int start = Start();
        Node condition = Either();
        if (!Take("?"))
        {
            _depth--;
            return condition;
        }

        Must(condition, FormulaType.Truth, start);
        Node yes = Choice();
        if (!Take(":"))
        {
            throw Wrong("':' was expected");
        }

        int other = Start();
        Node no = Must(Choice(), yes.Type, other);
        _depth--;
        return Count(new Node(yes.Type, s => condition.Number(s) != 0 ? yes.Number(s) : no.Number(s), yes.Text is null ? null : s => condition.Number(s) != 0 ? yes.Text(s) : no.Text!(s)));
    }

    private Node Either() => Joined(Both, "||", static (a, b) => s => a.Number(s) != 0 || b.Number(s) != 0 ? 1 : 0);

    private Node Both() => Joined(Compared, "&&", static (a, b) => s => a.Number(s) != 0 && b.Number(s) != 0 ? 1 : 0);

    private Node Joined(Func<Node> next, string sign, Func<Node, Node, Func<FormulaScope, decimal>> join)
    {
        int start = Start();
        Node left = next();
        while (Take(sign))
        {
            Must(left, FormulaType.Truth, start);
            int other = Start();
            left = Count(new Node(FormulaType.Truth, join(left, Must(next(), FormulaType.Truth, other))));
        }

        return left;
    }

    private Node Compared()
    {
        int start = Start();
        Node left = Sum();
        foreach (string sign in (ReadOnlySpan<string>)["==", "!=", "<=", ">=", "<", ">"])
        {
            if (!Take(sign))
            {
                continue;
            }

            bool equality = sign is "==" or "!=";
            int other = Start();
            Node right = Must(Sum(), equality ? left.Type : FormulaType.Number, other);
            Must(left, equality ? left.Type : FormulaType.Number, start);
            return Count(new Node(FormulaType.Truth, left.Type == FormulaType.Text
                ? s => (left.Text!(s) == right.Text!(s)) == (sign == "==") ? 1 : 0
                : s => Holds(sign, left.Number(s).CompareTo(right.Number(s))) ? 1 : 0));
        }

        return left;
    }

    private Node Sum() => Reckoned(Product, ["+", "-"], static (sign, a, b) => sign == "+" ? s => a.Number(s) + b.Number(s) : s => a.Number(s) - b.Number(s));

    private Node Product() => Reckoned(Single, ["*", "/"], static (sign, a, b) => sign == "*" ? s => a.Number(s) * b.Number(s) : s => a.Number(s) / b.Number(s));

    private Node Reckoned(Func<Node> next, string[] signs, Func<string, Node, Node, Func<FormulaScope, decimal>> reckon)
    {
        int start = Start();
        Node left = next();
        while (Array.Find(signs, Take) is { } sign)
        {
            Must(left, FormulaType.Number, start);
            int other = Start();
            left = Count(new Node(FormulaType.Number, reckon(sign, left, Must(next(), FormulaType.Number, other))));
        }

        return left;
    }

    private Node Single()
    {
        int start = Start();
        if (Take("-"))
        {
            Node number = Must(Nested(Single), FormulaType.Number, start);
            return Count(new Node(FormulaType.Number, s => -number.Number(s)));
        }

        if (Take("!"))
        {
            Node truth = Must(Nested(Single), FormulaType.Truth, start);
            return Count(new Node(FormulaType.Truth, s => truth.Number(s) != 0 ? 0 : 1));
        }

        if (Take("("))
        {
            Node inner = Choice();
            return Take(")") ? inner : throw Wrong("')' was expected");
        }

        return Peek() == '\'' ? Text()
            : char.IsAsciiDigit(Peek()) ? Literal()
            : char.IsAsciiLetter(Peek()) ? Named(start)
            : throw Wrong(End() ? "it ends too early" : "a number, a text, a name or '(' was expected");
    }

    private Node Nested(Func<Node> part)
    {
        if (++_depth > MostDepth)
        {
            throw Wrong($"is nested more than {MostDepth} deep");
        }

        Node node = part();
        _depth--;
        return node;
    }

    private Node Text()
    {
        string quoted = Quoted();
        return Count(new Node(FormulaType.Text, static _ => 0, _ => quoted));
    }

    private Node Literal()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.'))
        {
            _at++;
        }

        return decimal.TryParse(text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            ? Count(new Node(FormulaType.Number, _ => number))
            : throw new FormulaException(start, "is no number");
    }

    private Node Named(int start)
    {
        while (_at < text.Length && char.IsAsciiLetterOrDigit(text[_at]))
        {
            _at++;
        }

        string name = text[start.._at];
        switch (name)
        {
            case "quantity": return Count(new Node(FormulaType.Number, static s => s.Inputs.Quantity));
            case "duration": return Count(new Node(FormulaType.Number, static s => (decimal)s.Inputs.Duration.TotalMilliseconds / 1_000));
            case "hour": return Count(new Node(FormulaType.Number, static s => s.Inputs.At.ToDateTimeOffset().UtcDateTime.Hour));
            case "weekday": return Count(new Node(FormulaType.Number, static s => s.Inputs.At.ToDateTimeOffset().UtcDateTime.DayOfWeek is var day && day == DayOfWeek.Sunday ? 7 : (int)day));
            case "label":
                string label = Argument();
                return Count(new Node(FormulaType.Text, static _ => 0, s => s.Inputs.Labels[label] ?? ""));
            case "custom":
                string model = Argument();
                return Count(new Node(FormulaType.Number, s => s.Models[model].Cost(s.Inputs)));
            case "min": return Of(2, static a => s => Math.Min(a[0].Number(s), a[1].Number(s)));
            case "max": return Of(2, static a => s => Math.Max(a[0].Number(s), a[1].Number(s)));
            case "ceil": return Of(1, static a => s => decimal.Ceiling(a[0].Number(s)));
            case "floor": return Of(1, static a => s => decimal.Floor(a[0].Number(s)));
            default: throw new FormulaException(start, $"'{name}' is not known: there are quantity, duration, hour, weekday, label('NAME'), min, max, ceil, floor, custom('NAME')");
        }
    }

    private Node Of(int count, Func<Node[], Func<FormulaScope, decimal>> work)
    {
        Node[] arguments = new Node[count];
        for (int i = 0; i < count; i++)
        {
            if (!Take(i == 0 ? "(" : ","))
            {
                throw Wrong($"'{(i == 0 ? '(' : ',')}' was expected");
            }

            int start = Start();
            arguments[i] = Must(Choice(), FormulaType.Number, start);
        }

        return Take(")") ? Count(new Node(FormulaType.Number, work(arguments))) : throw Wrong("')' was expected");
    }

    // A name in quotes: what is looked up must be known before anything is worked out.
    private string Argument()
    {
        if (!Take("("))
        {
            throw Wrong("'(' was expected");
        }

        Start();
        string name = Peek() == '\'' ? Quoted() : throw Wrong("a text in single quotes was expected");
        return Take(")") ? name : throw Wrong("')' was expected");
    }

    private string Quoted()
    {
        int end = text.IndexOf('\'', _at + 1);
        if (end < 0)
        {
            throw new FormulaException(_at, "a text begins here and does not end");
        }

        string quoted = text[(_at + 1)..end];
        _at = end + 1;
        return quoted;
    }

    private Node Count(Node node) => ++_nodes > MostNodes ? throw Wrong($"it has more than {MostNodes} parts") : node;

    private static Node Must(Node node, FormulaType type, int position) => node.Type == type ? node : throw new FormulaException(position, type switch
    {
        FormulaType.Number => "a number was expected",
        FormulaType.Text => "a text was expected",
        _ => "a comparison was expected",
    });

    private static bool Holds(string sign, int order) => sign switch { "==" => order == 0, "!=" => order != 0, "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };

    private bool Take(string sign)
    {
        Start();
        if (string.CompareOrdinal(text, _at, sign, 0, sign.Length) != 0)
        {
            return false;
        }

        _at += sign.Length;
        return true;
    }

    private int Start()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }

        return _at;
    }

    private bool End() => Start() >= text.Length;

    private char Peek() => _at < text.Length ? text[_at] : '\0';

    private FormulaException Wrong(string what) => new(Math.Min(_at, text.Length), what);
}
