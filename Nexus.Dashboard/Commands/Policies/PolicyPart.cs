using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands.Access;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>One sort of thing that a policy consists of: its file in a folder, and its place in the HTTP API.</summary>
/// <param name="file">The file's name.</param>
/// <param name="noun">What one of them is called.</param>
/// <param name="path">Where the API has them.</param>
internal abstract class PolicyPart(string file, string noun, string path)
{
    /// <summary>The name of its file.</summary>
    public string File => file;

    /// <summary>What one of them is called.</summary>
    public string Noun => noun;

    /// <summary>Where the API has them.</summary>
    public string Path => path;

    /// <summary>What a system has of it, by name.</summary>
    public abstract Task<PolicyPartContent> ReadAsync(SystemConnection system, string currency, CancellationToken cancellation);

    /// <summary>What a file says of it, by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="currency">The installation's currency.</param>
    /// <param name="note">Told of what the file says and nothing is made of.</param>
    /// <exception cref="CommandException">It cannot be read, or what it says is wrong; the message names file, name and field.</exception>
    public abstract PolicyPartContent ReadFile(string path, string currency, Action<string> note);

    /// <summary>The whole of it as its file has it.</summary>
    public abstract JsonObject Write(IReadOnlyList<PolicyItem> items);

    /// <summary>Where the API has one of them.</summary>
    public string PathOf(string name) => $"{path}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>What an answer of the API says, without what only answers have.</summary>
    protected static T Read<T>(JsonObject answer, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return answer.Deserialize(type)!;
        }
        catch (JsonException foreign)
        {
            throw CommandException.Failed($"the system answers otherwise than this program understands: is it of another version? {foreign.Message}", foreign);
        }
    }

    /// <summary>All pages of a list.</summary>
    protected static async Task<IReadOnlyList<JsonObject>> ListAsync(SystemConnection system, string path, CancellationToken cancellation)
    {
        List<JsonObject> all = [];
        string? next = null;
        do
        {
            string query = next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}";
            JsonObject page = (await system.SendAsync(HttpMethod.Get, $"{path}?limit=1000{query}", null, PolicyJson.Default.JsonObject, cancellation)).OrFail();
            all.AddRange(page["items"]?.AsArray().Select(item => item!.AsObject()) ?? []);
            next = (string?)page["next"];
        }
        while (next is not null);

        return all;
    }

    /// <summary>The value, or the end of the command where what a system has makes no sense here.</summary>
    protected T Known<T>(Result<T> thing, string name)
        where T : class =>
        thing.Value ?? throw CommandException.Failed($"{noun} '{name}' of the system: {thing.Problem!.Detail} Is it of another version?");
}
