package org.millrace.source.codec;

import java.util.ArrayList;
import java.util.List;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Token;
import org.mozilla.javascript.ast.Assignment;
import org.mozilla.javascript.ast.AstNode;
import org.mozilla.javascript.ast.AstRoot;
import org.mozilla.javascript.ast.ElementGet;
import org.mozilla.javascript.ast.FunctionCall;
import org.mozilla.javascript.ast.InfixExpression;
import org.mozilla.javascript.ast.Name;
import org.mozilla.javascript.ast.NumberLiteral;
import org.mozilla.javascript.ast.PropertyGet;
import org.mozilla.javascript.ast.Spread;
import org.mozilla.javascript.ast.StringLiteral;
import org.mozilla.javascript.ast.TemplateLiteral;

/**
 * Rewrites, before a codec is compiled, what a {@link Guard} cannot stand before: texts joined by {@code +}, {@code +=}
 * or in templates, which would double with each step, and lists that are spread. Their parts go through functions whose
 * names no codec can write.
 */
final class Bounded {
    private static final String ADD = "a + b";
    private static final String ADD_TO = "a[k] += b";
    private static final String SIZED = "...a";
    private static final String NOWHERE = "no where";

    private Bounded() {}

    /** What the rewritten parts call. */
    static void install(ScriptableObject scope) {
        define(scope, ADD, (cx, args) -> add(cx, args[0], args[1]));
        define(scope, ADD_TO, (cx, args) -> {
            Scriptable object = ScriptRuntime.toObject(cx, scope, args[0]);
            Object sum = add(cx, ScriptRuntime.getObjectElem(object, args[1], cx), args[2]);
            return ScriptRuntime.setObjectElem(object, args[1], sum, cx);
        });
        define(scope, SIZED, (cx, args) -> {
            Meter meter = ((Sandbox.Run) cx).meter();
            meter.length(Guard.size(meter, args[0]));
            return args[0];
        });
        scope.defineProperty(NOWHERE, 0, ScriptableObject.DONTENUM);
    }

    private static Object add(Context cx, Object a, Object b) {
        Object sum = ScriptRuntime.add(a, b, cx);
        if (sum instanceof CharSequence text) {
            ((Sandbox.Run) cx).meter().length(text.length());
        }
        return sum;
    }

    @FunctionalInterface
    private interface Step {
        Object run(Context cx, Object[] args);
    }

    private static void define(ScriptableObject scope, String name, Step step) {
        var function = new org.mozilla.javascript.BaseFunction() {
            private static final long serialVersionUID = 1;

            @Override
            public Object call(Context cx, Scriptable from, Scriptable thisObj, Object[] args) {
                return step.run(cx, args);
            }
        };
        function.setParentScope(scope);
        function.setPrototype(ScriptableObject.getFunctionPrototype(scope));
        scope.defineProperty(
                name, function, ScriptableObject.DONTENUM | ScriptableObject.READONLY | ScriptableObject.PERMANENT);
    }

    static void rewrite(AstRoot root) {
        List<AstNode> found = new ArrayList<>();
        root.visit(node -> {
            found.add(node);
            return true;
        });
        for (AstNode node : found) { // parents first: the children keep their identity
            switch (node) {
                case Assignment assignment -> addTo(assignment);
                case InfixExpression infix -> sum(infix);
                case TemplateLiteral template -> template(template);
                case Spread spread -> spread.setExpression(call(SIZED, spread, spread.getExpression()));
                default -> {}
            }
        }
    }

    /** {@code a + b} becomes {@code (0, add(a, b))}: in its own place, whatever stands around it. */
    private static void sum(InfixExpression sum) {
        if (sum.getType() != Token.ADD) {
            return;
        }
        AstNode add = call(ADD, sum, sum.getLeft(), sum.getRight());
        sum.setOperator(Token.COMMA);
        sum.setLeft(number(sum));
        sum.setRight(add);
    }

    private static void addTo(Assignment assignment) {
        if (assignment.getOperator() != Token.ASSIGN_ADD) {
            return;
        }
        AstNode left = assignment.getLeft();
        while (left instanceof org.mozilla.javascript.ast.ParenthesizedExpression inner) {
            left = inner.getExpression();
        }
        AstNode right = assignment.getRight();
        switch (left) {
            case Name name -> {
                assignment.setOperator(Token.ASSIGN);
                assignment.setRight(call(ADD, assignment, name(name.getIdentifier(), assignment), right));
            }
            case PropertyGet get -> {
                StringLiteral key = new StringLiteral();
                key.setValue(get.getProperty().getIdentifier());
                key.setQuoteCharacter('"');
                member(assignment, get.getTarget(), key, right);
            }
            case ElementGet get -> member(assignment, get.getTarget(), get.getElement(), right);
            default -> {} // the compiler refuses it
        }
    }

    private static void member(Assignment assignment, AstNode object, AstNode key, AstNode right) {
        assignment.setOperator(Token.ASSIGN);
        assignment.setLeft(name(NOWHERE, assignment));
        assignment.setRight(call(ADD_TO, assignment, object, key, right));
    }

    /** Each part through {@code '' + part}, so that no part is longer than a text may be. */
    private static void template(TemplateLiteral template) {
        List<AstNode> elements = new ArrayList<>(template.getElements());
        boolean tagged = template.getParent() instanceof org.mozilla.javascript.ast.TaggedTemplateLiteral;
        for (int i = 0; i < elements.size() && !tagged; i++) {
            if (!(elements.get(i) instanceof org.mozilla.javascript.ast.TemplateCharacters)) {
                elements.set(i, call(SIZED, template, elements.get(i)));
            }
        }
        template.setElements(elements);
    }

    private static FunctionCall call(String function, AstNode at, AstNode... arguments) {
        FunctionCall call = new FunctionCall(at.getPosition(), 0);
        call.setTarget(name(function, at));
        for (AstNode argument : arguments) {
            call.addArgument(argument);
        }
        call.setLineColumnNumber(at.getLineno(), at.getColumn());
        return call;
    }

    private static Name name(String identifier, AstNode at) {
        Name name = new Name(at.getPosition(), identifier);
        name.setLineColumnNumber(at.getLineno(), at.getColumn());
        return name;
    }

    private static NumberLiteral number(AstNode at) {
        NumberLiteral zero = new NumberLiteral(at.getPosition(), "0", 0);
        zero.setLineColumnNumber(at.getLineno(), at.getColumn());
        return zero;
    }
}
