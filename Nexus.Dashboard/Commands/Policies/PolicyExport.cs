using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary><c>policy export</c>: what a system has, as files.</summary>
internal static class PolicyExport
{
    private const string Unfinished = ".part";

    /// <summary>Writes them. The same policy gives the same bytes; files of other names in the folder are left alone.</summary>
    public static async Task<int> RunAsync(ServeCommand serve, ParseResult parsed, string folder, CancellationToken cancellation)
    {
        PolicyContent policy;
        await using (SystemConnection system = await SystemConnection.OpenAsync(serve, parsed, cancellation))
        {
            policy = await PolicyContent.ReadAsync(system, cancellation);
        }

        List<PolicyFileAnswer> files = [];
        try
        {
            Directory.CreateDirectory(folder);
            foreach (PolicyPartContent part in policy.Parts)
            {
                files.Add(new PolicyFileAnswer(part.Part.File, part.Items.Count, await WriteAsync(Path.Combine(folder, part.Part.File), PolicyJson.File(part.Part.Write(part.Items)), cancellation)));
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{folder} cannot be written: {fault.Message}", fault);
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new PolicyExportAnswer(Path.GetFullPath(folder), files), PolicyJson.Default.PolicyExportAnswer));
            return ExitCode.Done;
        }

        foreach (PolicyFileAnswer file in files)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file.File,-16}{file.Entries,6:N0}{(file.Changed ? "" : "  as it was")}"));
        }

        return ExitCode.Done;
    }

    // A file under its name is whole. False where it was there, the same to the byte.
    private static async Task<bool> WriteAsync(string path, byte[] content, CancellationToken cancellation)
    {
        if (File.Exists(path) && (await File.ReadAllBytesAsync(path, cancellation)).AsSpan().SequenceEqual(content))
        {
            return false;
        }

        await File.WriteAllBytesAsync(path + Unfinished, content, cancellation);
        File.Move(path + Unfinished, path, overwrite: true);
        return true;
    }
}
