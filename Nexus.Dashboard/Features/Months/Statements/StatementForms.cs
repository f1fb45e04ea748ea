using System.Text;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Months.Statements;

/// <summary>Finds out in what a statement is wanted, and answers with it.</summary>
internal static class StatementForms
{
    private const string CsvType = "text/csv";
    private const string HtmlType = "text/html";

    /// <summary>Reads <c>format</c> of the query, else the header <c>Accept</c>: JSON unless something else is named.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? Read(HttpContext http, out StatementForm form)
    {
        string? format = http.Request.Query["format"].FirstOrDefault();
        string accept = http.Request.Headers.Accept.ToString();
        form = format switch
        {
            "csv" => StatementForm.Csv,
            "html" => StatementForm.Html,
            null when accept.Contains(CsvType, StringComparison.OrdinalIgnoreCase) => StatementForm.Csv,
            null when accept.Contains(HtmlType, StringComparison.OrdinalIgnoreCase) => StatementForm.Html,
            _ => StatementForm.Json,
        };
        return format is null or "json" or "csv" or "html" ? null : Problem.Field("invalid-value", 422, "format", "must be json, csv or html");
    }

    /// <summary>Answers with a statement.</summary>
    public static Task WriteAsync(HttpContext http, StatementForm form, Statement statement)
    {
        if (form == StatementForm.Json)
        {
            return http.WriteAsync(StatementAnswer.Of(statement), ApiJson.Default.StatementAnswer);
        }

        if (form == StatementForm.Csv)
        {
            http.Response.ContentType = CsvType + "; charset=utf-8";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"statement-{statement.Month}.csv\"";
            return http.Response.WriteAsync(StatementCsv.Of(statement), Encoding.UTF8, http.RequestAborted);
        }

        http.Response.ContentType = HtmlType + "; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = StatementHtml.Policy;
        return http.Response.WriteAsync(StatementHtml.Of(statement), Encoding.UTF8, http.RequestAborted);
    }
}
