package io.sparsestream.message;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a field's name stands for: an input, the label, or a record with further names. */
final class FieldNode {
    private static final int NONE = -1;

    private final Map<String, FieldNode> children = new HashMap<>();
    private int input = NONE;
    private boolean isLabel;

    private FieldNode() {}

    /** The tree of paths such as {@code a} and {@code b.c}. */
    static FieldNode tree(List<String> inputs, Optional<String> label) {
        FieldNode root = new FieldNode();
        for (int i = 0; i < inputs.size(); i++) {
            root.at(inputs.get(i)).input = i;
        }
        label.ifPresent(path -> root.at(path).isLabel = true);
        return root;
    }

    private FieldNode at(String path) {
        FieldNode node = this;
        for (String name : path.split("\\.", -1)) {
            node = node.children.computeIfAbsent(name, none -> new FieldNode());
        }
        return node;
    }

    /** Null if nothing of that name is asked for. */
    FieldNode child(String name) {
        return children.get(name);
    }

    boolean hasChildren() {
        return !children.isEmpty();
    }

    boolean isInput() {
        return input != NONE;
    }

    int input() {
        return input;
    }

    boolean isLabel() {
        return isLabel;
    }
}
