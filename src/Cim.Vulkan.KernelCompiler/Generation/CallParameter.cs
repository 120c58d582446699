using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Cim.Vulkan.KernelCompiler.Sources;
using Cim.Vulkan.KernelCompiler.Spirv;

namespace Cim.Vulkan.KernelCompiler.Generation;

/// <summary>One parameter of a generated <c>Call</c> method.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Type">Its C# type.</param>
/// <param name="Default">Its default as C#, or null.</param>
/// <param name="Documentation">What it is.</param>
public sealed record CallParameter(string Name, string Type, string? Default, string Documentation)
{
    /// <summary>As it stands in the parameter list.</summary>
    public string Declaration => Default is null ? $"{Type} {Name}" : $"{Type} {Name} = {Default}";

    /// <summary>Buffers in binding order.</summary>
    /// <param name="shader">The shader.</param>
    /// <param name="kernel">Its interface.</param>
    public static IReadOnlyList<CallParameter> Bindings(ShaderFile shader, KernelInterface kernel) =>
        [.. kernel.Bindings.Select(binding => new CallParameter(Naming.ToParameter(binding.Name), "TOperand", null,
            ShaderComments.OfDeclaration(shader.Source, binding.Name) ?? $"Buffer {binding.Name}, {Words(binding.Access)}."))];

    /// <summary>Push constants in offset order.</summary>
    /// <param name="shader">The shader.</param>
    /// <param name="kernel">Its interface.</param>
    public static IReadOnlyList<CallParameter> PushConstants(ShaderFile shader, KernelInterface kernel) =>
        [.. kernel.PushConstants.Select(constant => new CallParameter(Naming.ToParameter(constant.Name), TypeName(constant.Kind), null,
            DocumentationOf(shader, constant.Declaration, $"Push constant {constant.Name}.")))];

    /// <summary>The axes, each defaulting to its first value.</summary>
    /// <param name="shader">The shader.</param>
    public static IReadOnlyList<CallParameter> Axes(ShaderFile shader) =>
        [.. shader.Pragmas.Axes.Select(axis => new CallParameter(Naming.ToParameter(axis.Macro), Naming.ToPascalCase(axis.Macro),
            $"{Naming.ToPascalCase(axis.Macro)}.{Naming.ToEnumMember(axis.Macro, axis.Values[0])}", $"The variant's {axis.Macro}."))];

    /// <summary>Specialization constants with their defaults.</summary>
    /// <param name="shader">The shader.</param>
    /// <param name="kernel">Its interface.</param>
    public static IReadOnlyList<CallParameter> Specializations(ShaderFile shader, KernelInterface kernel) =>
        [.. kernel.Specializations.Select(constant => new CallParameter(Naming.ToParameter(constant.Name), TypeName(constant.Kind), Literal(constant),
            DocumentationOf(shader, constant.Name, $"Specialization constant {constant.Name}.")))];

    /// <summary>The C# type of a scalar.</summary>
    /// <param name="kind">The scalar.</param>
    public static string TypeName(ScalarKind kind) => kind switch
    {
        ScalarKind.UInt => "uint",
        ScalarKind.Int => "int",
        ScalarKind.Float => "float",
        ScalarKind.Bool => "bool",
        _ => "ulong",
    };

    private static string Literal(ReflectedSpecialization constant) => constant.Kind switch
    {
        ScalarKind.Bool => constant.DefaultBits == 0 ? "false" : "true",
        ScalarKind.Int => ((int)constant.DefaultBits).ToString(CultureInfo.InvariantCulture),
        ScalarKind.Float => BitConverter.UInt32BitsToSingle(constant.DefaultBits).ToString("R", CultureInfo.InvariantCulture) + "f",
        _ => constant.DefaultBits.ToString(CultureInfo.InvariantCulture),
    };

    private static string DocumentationOf(ShaderFile shader, string name, string otherwise) =>
        ShaderComments.OfDeclaration(shader.Source, name)
        ?? shader.Includes.Select(include => ShaderComments.OfDeclaration(include.Source, name)).FirstOrDefault(text => text is not null) ?? otherwise;

    private static string Words(BindingAccess access) => access switch
    {
        BindingAccess.Read => "read",
        BindingAccess.Write => "overwritten",
        _ => "read and written",
    };
}
