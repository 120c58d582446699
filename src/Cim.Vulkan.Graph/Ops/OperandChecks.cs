using System;

namespace Cim.Vulkan.Graph;

/// <summary>Checks that several families of ops share.</summary>
internal static class OperandChecks
{
    public static void RequireFloat(string name, params Tensor[] operands)
    {
        foreach (Tensor operand in operands)
            if (operand.ElementType != ElementType.Float32)
                throw new ArgumentException($"{name}: operands must be Float32, got {operand.ElementType} for {operand}");
    }

    public static void RequireTokens(string name, params Tensor[] operands)
    {
        foreach (Tensor operand in operands)
            if (operand.ElementType != ElementType.Int32)
                throw new ArgumentException($"{name}: tokens must be Int32, got {operand.ElementType} for {operand}");
    }

    public static void RequireSameShape(string name, string leftRole, Tensor left, string rightRole, Tensor right)
    {
        if (left.Shape != right.Shape)
            throw new ArgumentException($"{name}: {rightRole} must be {left.Shape} to match {leftRole}, got {right.Shape}");
    }
}
