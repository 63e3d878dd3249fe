// Parse a declarative pipeline with Groovy's own parser, run nothing of it, and print its sections,
// steps and settings: a line each, the path of the blocks, a tab, and the arguments.
import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.builder.AstBuilder
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.TupleExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.control.CompilePhase

class Sections extends CodeVisitorSupport {
    List<String> path = []

    void visitMethodCallExpression(MethodCallExpression call) {
        List given = call.arguments instanceof TupleExpression ? call.arguments.expressions : [call.arguments]
        List words = given.findAll { it instanceof ConstantExpression || it instanceof VariableExpression }*.text
        given.findAll { it instanceof MapExpression }.each {
            words += it.mapEntryExpressions.collect { "${it.keyExpression.text}=${it.valueExpression.text}" }
        }
        String name = call.methodAsString
        println([(path + name).join('/'), *words].join('\t'))
        ClosureExpression block = given.find { it instanceof ClosureExpression }
        if (block) {
            path = path + name
            block.code.visit(this)
            path = path[0..<-1]
        }
    }

    void visitBinaryExpression(BinaryExpression setting) {
        println([(path + "${setting.leftExpression.text} =").join('/'), setting.rightExpression.text].join('\t'))
    }
}

new AstBuilder().buildFromString(CompilePhase.CONVERSION, true, new File(args[0]).text).each { it.visit(new Sections()) }
