using System;
using System.Globalization;
using System.Numerics;

namespace Cim.Vulkan.Training;

/// <summary>The single operations.</summary>
internal sealed partial class PickleMachine
{
    private const int BoxBytes = 24, SmallIntegers = 256;
    private static readonly object s_true = true, s_false = false;
    private static readonly object[] s_small = Array.ConvertAll(new int[SmallIntegers], _ => (object)0L);

    static PickleMachine()
    {
        for (int i = 0; i < SmallIntegers; i++) s_small[i] = (long)i;
    }

    private object? Top() => _stack.Count > Floor ? _stack[_stack.Count - 1] : throw Empty();

    private object? Pop() => _stack.Count > Floor ? _stack.Pop() : throw Empty();

    // Nothing is taken from below the last mark: what the real thing refuses too.
    private int Floor => _markCount == 0 ? 0 : _marks[_markCount - 1];

    private void PushMark()
    {
        if (_markCount == MostMarks) throw Fault($"collections are nested more than {MostMarks} deep");
        if (_markCount == _marks.Length)
        {
            _budget.Charge(MemoryBudget.ObjectBytes + (8L * _markCount));
            Array.Resize(ref _marks, 2 * _markCount);
        }

        _marks[_markCount++] = _stack.Count;
    }

    private int PopMark() => _markCount > 0 ? _marks[--_markCount] : throw Fault("a mark is missing");

    private void PopOrMark()
    {
        if (_markCount > 0 && _stack.Count == Floor) _markCount--;
        else Pop();
    }

    private void PushInteger(long value)
    {
        if (value is < 0 or >= SmallIntegers) _budget.Charge(BoxBytes);
        _stack.Add(value is < 0 or >= SmallIntegers ? value : s_small[value]);
    }

    private void PushIntegerLine()
    {
        string line = _input.Line();
        if (line is "00" or "01") _stack.Add(line == "01" ? s_true : s_false);
        else PushInteger(long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Fault("a whole number is not one"));
    }

    private void PushLongLine()
    {
        string line = _input.Line().TrimEnd('L');
        if (long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)) PushInteger(value);
        else throw Fault("a whole number is not one, or has more than 64 bits");
    }

    private void PushLong(uint length)
    {
        if (length > MostLongBytes) throw Fault($"a whole number of {length} bytes is more than weights have a use for");
        ReadOnlySpan<byte> bytes = _input.Take((int)length);
        if (length > sizeof(long))
        {
            _budget.Charge(MemoryBudget.ObjectBytes + BoxBytes + (2 * length));
            _stack.Add(new BigInteger(bytes));
            return;
        }

        long value = length > 0 && (sbyte)bytes[^1] < 0 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--) value = (value << 8) | bytes[i];
        PushInteger(value);
    }

    private void PushDouble(double value)
    {
        _budget.Charge(BoxBytes);
        _stack.Add(value);
    }

    private void PushDoubleLine() => PushDouble(double.TryParse(_input.Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Fault("a number is not one"));

    private object?[] PopItems(int count)
    {
        if (count < 0 || _stack.Count - count < Floor) throw Empty();
        if (count == 0) return [];
        _budget.Charge(BoxBytes + (8L * count));
        object?[] items = _stack.Items[^count..].ToArray();
        _stack.Truncate(_stack.Count - count);
        return items;
    }

    private void PushTuple(int count)
    {
        if (count != 0) _budget.Charge(BoxBytes);
        _stack.Add(count == 0 ? PickleTuple.Empty : new PickleTuple(PopItems(count)));
    }

    private void PushList(int start)
    {
        _budget.Charge(MemoryBudget.ListBytes);
        var list = new PickleList(_budget);
        list.AddRange(_stack.Items[start..]);
        _stack.Truncate(start);
        _stack.Add(list);
    }

    private void PushDict(int start)
    {
        _budget.Charge(MemoryBudget.ListBytes);
        var dict = new PickleDict(_budget);
        MoveItems(dict, start);
        _stack.Add(dict);
    }

    private void MoveItems(PickleDict dict, int start)
    {
        if ((_stack.Count - start) % 2 != 0) throw Fault("a key of a dictionary has no value");
        dict.AddRange(_stack.Items[start..]);
        _stack.Truncate(start);
    }

    private void Append(int start)
    {
        if (start <= Floor) throw Empty();
        if (_stack[start - 1] is not PickleList list) throw Fault("something is appended to what is no list");
        list.AddRange(_stack.Items[start..]);
        _stack.Truncate(start);
    }

    private void SetItems(int start)
    {
        if (start <= Floor) throw Empty();
        if (_stack[start - 1] is not PickleDict dict) throw Fault("a key is set in what is no dictionary");
        MoveItems(dict, start);
    }

    private long LineNumber() => long.TryParse(_input.Line(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Fault("a memo's number is none");

    private void Put(long index)
    {
        object? top = Top();
        if (index > int.MaxValue) throw Fault($"memo {index} is more than there can be");
        _memo.Set((int)index, top);
    }

    private void Get(long index) => _stack.Add(index < _memo.Count ? _memo.Get((int)index) : throw Fault($"memo {index} is asked for before it is there"));

    private void CheckProtocol(int protocol)
    {
        if (protocol > HighestProtocol) throw Fault($"protocol {protocol} is not known, the highest is {HighestProtocol}");
    }

    private void CheckFrame(ulong length)
    {
        if (length > (ulong)_input.Remaining) throw Fault("a frame ends behind the file");
    }

    private PickleGlobal Global(string module, string name) => PickleGlobal.Find(module, name, _budget) ?? throw Refused($"{module}.{name}");

    private void PushStackGlobal()
    {
        object? name = Pop(), module = Pop();
        _stack.Add(Global(module as string ?? throw Fault("a module's name is no text"), name as string ?? throw Fault("a class's name is no text")));
    }

    private void Reduce()
    {
        object? arguments = Pop(), function = Pop();
        Call(function, arguments as PickleTuple ?? throw Fault("arguments are no tuple"));
    }

    private void NewWithKeywords()
    {
        object? keywords = Pop();
        if (keywords is PickleDict { Count: > 0 }) throw Fault("an object is made with named arguments, which weights have no use for");
        Reduce();
    }

    private void Instance()
    {
        PickleGlobal type = Global(_input.Line(), _input.Line());
        _budget.Charge(BoxBytes);
        Call(type, new PickleTuple(PopItems(_stack.Count - PopMark())));
    }

    private void InstanceOfMark()
    {
        object?[] items = PopItems(_stack.Count - PopMark());
        if (items.Length == 0) throw Empty();
        _budget.Charge((2 * BoxBytes) + (8L * items.Length));
        Call(items[0], new PickleTuple(items[1..]));
    }

    private void Call(object? function, PickleTuple arguments)
    {
        _stack.Add(_world.Call(function as PickleGlobal ?? throw Fault("something is called that is no class and no function"), arguments.Items));
    }

    private void Build()
    {
        object? state = Pop();
        _world.Build(Top(), state);
    }

    private WeightsException Empty() => Fault("something is taken from an empty stack");

    private WeightsException Refused(string what) => new($"'{_input.Name}' wants {WeightsException.OneLine(what)}, which weights have no use for: refused; have it saved as a plain state_dict, best as safetensors");

    private WeightsException Fault(string what) => new($"'{_input.Name}' is not a valid pickle: {WeightsException.OneLine(what)} (at byte {_input.Position}); fetch or copy it again");
}
