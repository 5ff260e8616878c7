namespace Workflow.Onnx;

/// <summary>Checks what holds a model together: versions, names, order. Operators and types are not checked.</summary>
public static class OnnxChecker
{
    /// <summary>Lists everything that is wrong; empty for a sound model.</summary>
    /// <param name="model">The model; read only.</param>
    public static IReadOnlyList<OnnxProblem> Check(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var problems = new List<OnnxProblem>();
        if (model.IrVersion is null or < 1)
        {
            problems.Add(new OnnxProblem("model", $"ir_version is {model.IrVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "missing"}, expected at least 1."));
        }

        if (model.Graph is null)
        {
            problems.Add(new OnnxProblem("model", "There is no graph."));
            return problems;
        }

        var domains = new HashSet<string>(StringComparer.Ordinal);
        foreach (var import in model.OpsetImports)
        {
            var domain = DomainOf(import.Domain);
            if (!domains.Add(domain))
            {
                problems.Add(new OnnxProblem("model.opset_import", $"The domain '{domain}' is imported twice."));
            }

            if (import.Version is null or < 1)
            {
                problems.Add(new OnnxProblem("model.opset_import", $"The domain '{domain}' has no version."));
            }
        }

        new GraphCheck(problems, domains).Check(model.Graph, "graph", []);
        return problems;
    }

    private static string DomainOf(string? domain) => domain is null or "" ? "ai.onnx" : domain;

    private sealed class GraphCheck(List<OnnxProblem> problems, HashSet<string> domains)
    {
        public void Check(OnnxGraph graph, string path, IReadOnlyCollection<HashSet<string>> outer)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var input in graph.Inputs)
            {
                Define(input.Name, $"{path}.input", names, outer);
            }

            foreach (var tensor in graph.Initializers)
            {
                CheckData(tensor, $"{path}.initializer '{tensor.Name}'");

                // Before IR 4 every initialiser had to be an input, too: a default value.
                if (!graph.Inputs.Exists(input => input.Name == tensor.Name))
                {
                    Define(tensor.Name, $"{path}.initializer", names, outer);
                }
            }

            foreach (var tensor in graph.SparseInitializers)
            {
                Define(tensor.Values?.Name, $"{path}.sparse_initializer", names, outer);
            }

            for (var i = 0; i < graph.Nodes.Count; i++)
            {
                CheckNode(graph.Nodes[i], $"{path}.node[{i}] '{graph.Nodes[i].Name}'", names, outer);
            }

            foreach (var output in graph.Outputs.Where(output => !IsKnown(output.Name, names, outer)))
            {
                problems.Add(new OnnxProblem($"{path}.output", $"Nothing gives '{output.Name}'."));
            }
        }

        private void CheckNode(OnnxNode node, string path, HashSet<string> names, IReadOnlyCollection<HashSet<string>> outer)
        {
            if (string.IsNullOrEmpty(node.OpType))
            {
                problems.Add(new OnnxProblem(path, "It has no operator."));
            }

            if (!domains.Contains(DomainOf(node.Domain)))
            {
                problems.Add(new OnnxProblem(path, $"Its domain '{DomainOf(node.Domain)}' is not in opset_import."));
            }

            foreach (var input in node.Inputs.Where(input => input.Length > 0 && !IsKnown(input, names, outer)))
            {
                problems.Add(new OnnxProblem(path, $"Nothing before it gives '{input}'."));
            }

            foreach (var attribute in node.Attributes)
            {
                foreach (var graph in attribute.Graph is { } one ? attribute.Graphs.Prepend(one) : attribute.Graphs)
                {
                    Check(graph, $"{path}.{attribute.Name}", [.. outer, names]);
                }
            }

            foreach (var output in node.Outputs.Where(static output => output.Length > 0))
            {
                Define(output, path, names, outer);
            }
        }

        private void CheckData(OnnxTensor tensor, string path)
        {
            var count = OnnxTensorData.CountElements(tensor.Dims);
            var width = tensor.ElementType switch
            {
                OnnxElementType.Float32 or OnnxElementType.Int32 or OnnxElementType.UInt32 => 4,
                OnnxElementType.Float64 or OnnxElementType.Int64 or OnnxElementType.UInt64 or OnnxElementType.Complex64 => 8,
                OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Int16 or OnnxElementType.UInt16 => 2,
                OnnxElementType.Int8 or OnnxElementType.UInt8 or OnnxElementType.Boolean => 1,
                _ => 0,
            };
            if (count is null)
            {
                problems.Add(new OnnxProblem(path, $"The shape [{string.Join(", ", tensor.Dims)}] is no shape."));
            }
            else if (width > 0 && tensor.RawData is { } raw && tensor.DataLocation is not 1 && (raw.Length % width != 0 || raw.Length / width != count))
            {
                problems.Add(new OnnxProblem(path, $"The shape [{string.Join(", ", tensor.Dims)}] of {tensor.ElementType} needs {count} elements, raw_data has {raw.Length} bytes."));
            }
        }

        private void Define(string? name, string path, HashSet<string> names, IReadOnlyCollection<HashSet<string>> outer)
        {
            if (string.IsNullOrEmpty(name))
            {
                problems.Add(new OnnxProblem(path, "A value has no name."));
            }
            else if (IsKnown(name, names, outer))
            {
                problems.Add(new OnnxProblem(path, $"'{name}' is given twice; every value has one source."));
            }
            else
            {
                names.Add(name);
            }
        }

        private static bool IsKnown(string? name, HashSet<string> names, IReadOnlyCollection<HashSet<string>> outer) =>
            name is not null && (names.Contains(name) || outer.Any(scope => scope.Contains(name)));
    }
}
