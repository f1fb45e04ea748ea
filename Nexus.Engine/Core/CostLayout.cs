using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Rerating;

namespace Nexus.Engine.Core;

/// <summary>How lines of the ledger lie in the journal; see <see cref="Layout"/>. Those without a price are not there: nothing follows from them, and the ledger has them.</summary>
internal static class CostLayout
{
    private const long None = -1;

    // Beside the kind of a line: others paid the minimum of its SKU.
    private const byte Shared = 0x80;

    public static bool HasPriced(IReadOnlyList<CostLine> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Sku is not null)
            {
                return true;
            }
        }

        return false;
    }

    public static void Priced(this EventBuffer to, IReadOnlyList<CostLine> lines)
    {
        int priced = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            priced += lines[i].Sku is null ? 0 : 1;
        }

        to.Number(priced);
        for (int i = 0; i < lines.Count; i++)
        {
            CostLine line = lines[i];
            if (line.Sku is null)
            {
                continue;
            }

            to.Byte((byte)((byte)line.Kind | (line.SharesMinimum ? Shared : 0)));
            to.Text(line.Resource);
            to.Time(line.From);
            to.Number(line.To.Milliseconds - line.From.Milliseconds);
            to.Number(line.Thousandths);
            to.Text(line.Sku);
            to.Byte((byte)line.Unit);
            to.Wide(line.Quantity.Millionths);
            to.Money(line.UnitPrice);
            to.Text(line.Pool);
            to.Text(line.Provider);
            to.Text(line.Model);
            to.Text(line.Lane);
        }
    }

    public static CostLine[] Priced(ref this EventReader from)
    {
        CostLine[] lines = new CostLine[from.Number()];
        for (int i = 0; i < lines.Length; i++)
        {
            byte first = from.Byte();
            LineKind kind = (LineKind)(first & ~Shared);
            string resource = from.Name()!;
            Resources.Instant start = from.Time();
            lines[i] = new CostLine(kind, resource, start, new Resources.Instant(start.Milliseconds + from.Number()), from.Number())
            {
                Sku = from.Name(),
                Unit = (PricingUnit)from.Byte(),
                Quantity = new PricingQuantity(from.Wide()),
                UnitPrice = from.Money(),
                Pool = from.Name(),
                Provider = from.Name(),
                Model = from.Name(),
                Lane = from.Name(),
                SharesMinimum = (first & Shared) != 0,
            };
        }

        return lines;
    }

    public static void Corrections(this EventBuffer to, IReadOnlyList<Correction> corrections)
    {
        to.Number(corrections.Count);
        foreach (Correction correction in corrections)
        {
            to.Number(correction.Place);
            to.Owner(correction.Owner);
            to.Pairs(correction.Labels);
            to.Text(correction.Request);
            to.Number(correction.Lease ?? None);
            to.Text(correction.Record);
            to.Priced(correction.Lines);
        }
    }

    public static Correction[] Corrections(ref this EventReader from)
    {
        Correction[] corrections = new Correction[from.Number()];
        for (int i = 0; i < corrections.Length; i++)
        {
            (long place, Resources.OwnerPath owner, Resources.Labels labels) = (from.Number(), from.Owner(), from.Pairs());
            (string? request, long lease, string? record) = (from.Text(), from.Number(), from.Text());
            corrections[i] = new Correction(place, owner, labels, from.Priced()) { Request = request, Lease = lease == None ? null : lease, Record = record };
        }

        return corrections;
    }

    public static void Usage(this EventBuffer to, IReadOnlyList<RecordedUsage> records)
    {
        to.Number(records.Count);
        foreach ((UsageRecord record, IReadOnlyList<CostLine> lines) in records)
        {
            to.Text(record.Id);
            to.Time(record.At);
            to.Owner(record.Owner);
            to.Text(record.Resource);
            to.Amount(record.Quantity);
            to.Text(record.Sku);
            to.Text(record.Pool);
            to.Text(record.Provider);
            to.Text(record.Model);
            to.Text(record.Lane);
            to.Number(record.PromptTokens ?? None);
            to.Pairs(record.Labels);
            to.Number(record.Lease ?? None);
            to.Text(record.Request);
            to.Priced(lines);
        }
    }

    public static RecordedUsage[] Usage(ref this EventReader from)
    {
        RecordedUsage[] records = new RecordedUsage[from.Number()];
        for (int i = 0; i < records.Length; i++)
        {
            UsageRecord record = new(from.Text()!, from.Time(), from.Owner(), from.Name()!, from.Amount())
            {
                Sku = from.Name(),
                Pool = from.Name(),
                Provider = from.Name(),
                Model = from.Name(),
                Lane = from.Name(),
                PromptTokens = from.Number() is var prompt and not None ? prompt : null,
                Labels = from.Pairs(),
                Lease = from.Number() is var lease and not None ? lease : null,
                Request = from.Text(),
            };
            records[i] = new RecordedUsage(record, [.. from.Priced().Select(l => l with { PromptTokens = record.PromptTokens })]);
        }

        return records;
    }
}
