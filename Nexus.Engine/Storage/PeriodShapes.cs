using System.Text.Json;
using Nexus.Engine.Costs.Months;

namespace Nexus.Engine.Storage;

/// <summary>Closed months and entered charges as JSON; see <see cref="JsonShapes"/>.</summary>
internal static class PeriodShapes
{
    /// <summary>What somebody entered.</summary>
    public static void WriteCharge(this Utf8JsonWriter json, EnteredCharge charge)
    {
        json.WriteString("month", charge.Month.ToString());
        json.WriteString("billedIn", charge.BilledIn.ToString());
        json.WriteStartObject("after");
        json.WriteString("id", charge.Id);
        json.WriteString("owner", charge.Owner.ToString());
        json.WriteEnum("category", charge.Kind);
        json.WriteString("amount", charge.Amount.ToString());
        json.WriteString("description", charge.Description);
        json.WriteText("resource", charge.Resource);
        json.WriteText("provider", charge.Provider);
        json.WriteText("model", charge.Model);
        json.WriteText("sku", charge.Sku);
        json.WriteLabels("labels", charge.Labels);
        json.WriteEndObject();
    }
}
