using System.Globalization;
using Spectre.Console;

namespace Nexus.Dashboard.Commands;

/// <summary>How far long work is.</summary>
/// <param name="Share">0 … 1.</param>
/// <param name="Text">In words and numbers.</param>
internal readonly record struct ProgressState(double Share, string Text);

/// <summary>Shows how long work goes on: a bar where standard error is a terminal, else a line every five seconds.</summary>
internal static class CommandProgress
{
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Does <paramref name="work"/> and shows its state until it ends.</summary>
    public static Task<T> ShowAsync<T>(TextWriter error, Func<ProgressState> state, Func<Task<T>> work) =>
        ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected ? ShowBarAsync(error, state, work) : ShowLinesAsync(error, state, work);

    private static async Task<T> ShowBarAsync<T>(TextWriter error, Func<ProgressState> state, Func<Task<T>> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask("starting", maxValue: 1);
                return await WatchAsync(work(), BetweenFrames, () =>
                {
                    ProgressState now = state();
                    bar.Value = now.Share;
                    bar.Description = Markup.Escape(now.Text);
                });
            });
    }

    private static Task<T> ShowLinesAsync<T>(TextWriter error, Func<ProgressState> state, Func<Task<T>> work) =>
        WatchAsync(work(), BetweenLines, () =>
        {
            ProgressState now = state();
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now.Share,4:P0}  {now.Text}"));
        });

    private static async Task<T> WatchAsync<T>(Task<T> work, TimeSpan every, Action show)
    {
        while (await Task.WhenAny(work, Task.Delay(every)) != work)
        {
            show();
        }

        return await work;
    }
}
