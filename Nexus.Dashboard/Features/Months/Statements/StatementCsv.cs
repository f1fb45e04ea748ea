using System.Text;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Months.Statements;

/// <summary>A statement as CSV: a row for each thing that is billed, amounts exact. Its column <c>cost</c> adds up to the total.</summary>
internal static class StatementCsv
{
    private const string Head = "section,month,owner,category,resource,provider,model,sku,description,quantity,cost,currency";

    /// <summary>The file.</summary>
    public static string Of(Statement statement)
    {
        StringBuilder csv = new(Head + Csv.LineEnd);
        foreach (StatementLine line in statement.Lines)
        {
            Add(csv, statement, "usage", statement.Month.ToString(), "usage", line, null);
        }

        foreach (ChargeLine charge in statement.Charges)
        {
            StatementLine line = new(charge.Owner.ToString(), charge.Resource ?? "", charge.Provider, charge.Model, charge.Sku, default, charge.Amount);
            Add(csv, statement, "charges", charge.Month.ToString(), Name(charge.Kind), line, charge.Description);
        }

        foreach (StatementCorrection correction in statement.Corrections)
        {
            Add(csv, statement, "corrections", correction.Month.ToString(), Name(correction.Kind), correction.Line, correction.Description);
        }

        return csv.ToString();
    }

    /// <summary>A kind of line as it is written.</summary>
    public static string Name(LineKind kind) => kind switch { LineKind.Credit => "credit", LineKind.Discount => "discount", LineKind.Tax => "tax", _ => "adjustment" };

    private static void Add(StringBuilder csv, Statement statement, string section, string month, string category, StatementLine line, string? description) => csv.AppendJoin(
        ',', section, month, Csv.Text(line.Owner), category, Csv.Text(line.Resource), Csv.Text(line.Provider ?? ""), Csv.Text(line.Model ?? ""), Csv.Text(line.Sku ?? ""), Csv.Text(description ?? ""),
        description is null ? line.Consumed.ToString() : "", line.Cost.ToString(), statement.Currency).Append(Csv.LineEnd);
}
