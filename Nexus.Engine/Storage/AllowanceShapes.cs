using System.Text.Json;
using Nexus.Engine.Core;

namespace Nexus.Engine.Storage;

/// <summary>How allowances look as JSON.</summary>
internal static class AllowanceShapes
{
    public static void WriteAllowance(this Utf8JsonWriter json, AllowanceEvent happened)
    {
        json.WriteString("owner", happened.Owner.ToString());
        json.WriteString("id", happened.Id);
        switch (happened)
        {
            case AllowanceOpened opened:
                json.WriteText("parent", opened.Spec.Parent);
                json.WriteText("money", opened.Spec.Money?.ToString());
                json.WriteVector("amounts", opened.Spec.Amounts);
                json.WriteTime("expiresAt", opened.ExpiresAt);
                if (opened.Spec.MaxDepth is { } depth)
                {
                    json.WriteNumber("maxDepth", depth);
                }

                break;
            case AllowanceClosed closed:
                json.WriteEnum("status", closed.How);
                json.WriteText("reason", closed.Reason);
                break;
        }
    }
}
