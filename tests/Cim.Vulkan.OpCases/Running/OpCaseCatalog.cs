using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.OpCases;

/// <summary>Every case of every op: whatever class implements <see cref="IOpCases"/>, no list to edit.</summary>
public static class OpCaseCatalog
{
    /// <summary>All cases, in the order of their ops' names.</summary>
    public static IReadOnlyList<OpCase> All { get; } = typeof(OpCaseCatalog).Assembly.GetTypes()
        .Where(type => typeof(IOpCases).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false })
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .SelectMany(type => ((IOpCases)Activator.CreateInstance(type)!).Cases())
        .ToArray();
}
