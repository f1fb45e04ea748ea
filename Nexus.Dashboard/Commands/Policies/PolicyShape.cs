using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>How the API and the engine have things of one sort.</summary>
/// <typeparam name="TBody">The body that sets one.</typeparam>
/// <typeparam name="TThing">What it defines.</typeparam>
/// <param name="NameField">The field of an answer that names it.</param>
/// <param name="Type">How a body is written.</param>
/// <param name="Define">What a body with a name defines, given the currency.</param>
/// <param name="BodyOf">The body of a thing, given the currency.</param>
/// <param name="NameOf">What a thing is called.</param>
/// <param name="Set">Makes an engine have it.</param>
/// <param name="Remove">Makes an engine no longer have it.</param>
internal sealed record PolicyShape<TBody, TThing>(
    string NameField,
    JsonTypeInfo<TBody> Type,
    Func<TBody, string, string, Result<TThing>> Define,
    Func<TThing, string, TBody> BodyOf,
    Func<TThing, string> NameOf,
    Func<TThing, Command> Set,
    Func<TThing, Command> Remove)
    where TBody : class
    where TThing : class;
