namespace Nexus.Engine.Scheduling;

/// <summary>Requests that wait together, in the order of the queue, and class by class: waiting makes up for class in the order, but never in the right to preempt.</summary>
internal sealed class Waiters
{
    // Of so many of a class that have others ending for them already none is asked again.
    private const int MostPassedOver = 100;

    private static readonly Comparer<Live> ByPlace = Comparer<Live>.Create(static (a, b) => QueuePlace.Compare(a.Place, b.Place));

    // The highest class first. Few classes wait together.
    private readonly List<(int Value, SortedSet<Live> Waiting)> _classes = new(1);
    private Live? _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The first in the order of the queue.</summary>
    /// <exception cref="InvalidOperationException">Nobody waits.</exception>
    public Live First => _first ??= FindFirst();

    /// <summary>
    /// The one with the best claim to what others hold, of those who have not had any told to end: of the highest class the first. Where nobody ends for it, nobody ends for any other of them.
    /// Null where each has its claim, or nobody waits.
    /// </summary>
    public Live? Asker
    {
        get
        {
            foreach ((_, SortedSet<Live> waiting) in _classes)
            {
                int passed = 0;
                foreach (Live live in waiting)
                {
                    if (live.Request.Preempting is null)
                    {
                        return live;
                    }

                    if (++passed == MostPassedOver)
                    {
                        break;
                    }
                }
            }

            return null;
        }
    }

    /// <summary>Of how many classes they are.</summary>
    public int Classes => _classes.Count;

    /// <summary>The value of a class, the highest first, and how many are of it.</summary>
    public (int Value, int Count) Class(int i) => (_classes[i].Value, _classes[i].Waiting.Count);

    /// <summary>All of them, class by class.</summary>
    public IEnumerable<Live> All => _classes.SelectMany(c => c.Waiting);

    /// <summary>All of them, in the order of the queue.</summary>
    public IEnumerable<Live> InOrder => _classes.Count == 1 ? _classes[0].Waiting : Merged();

    /// <summary>Somebody joins them, at the place it was filed under.</summary>
    public void Add(Live live)
    {
        int value = live.Standing.ClassValue;
        int at = _classes.FindIndex(c => c.Value <= value);
        at = at < 0 ? _classes.Count : at;
        if (at == _classes.Count || _classes[at].Value != value)
        {
            _classes.Insert(at, (value, new SortedSet<Live>(ByPlace)));
        }

        _classes[at].Waiting.Add(live);
        Count++;
        _first = _first is { } first && ByPlace.Compare(first, live) < 0 ? first : Count == 1 ? live : null;
    }

    /// <summary>Somebody leaves them.</summary>
    public void Remove(Live live)
    {
        int at = _classes.FindIndex(c => c.Value == live.Standing.ClassValue);
        _classes[at].Waiting.Remove(live);
        if (_classes[at].Waiting.Count == 0)
        {
            _classes.RemoveAt(at);
        }

        Count--;
        _first = ReferenceEquals(_first, live) ? null : _first;
    }

    private IEnumerable<Live> Merged()
    {
        PriorityQueue<IEnumerator<Live>, Live> classes = new(ByPlace);
        foreach ((_, SortedSet<Live> waiting) in _classes)
        {
            Next(waiting.GetEnumerator());
        }

        while (classes.TryDequeue(out IEnumerator<Live>? first, out Live? live))
        {
            yield return live;
            Next(first);
        }

        void Next(IEnumerator<Live> rest)
        {
            if (rest.MoveNext())
            {
                classes.Enqueue(rest, rest.Current);
            }
        }
    }

    private Live FindFirst()
    {
        Live? first = null;
        foreach ((_, SortedSet<Live> waiting) in _classes)
        {
            first = first is null || ByPlace.Compare(waiting.Min!, first) < 0 ? waiting.Min! : first;
        }

        return first ?? throw new InvalidOperationException("nobody waits");
    }
}
