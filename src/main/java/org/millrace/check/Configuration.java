package org.millrace.check;

import java.util.List;
import org.millrace.alarm.AlarmPlan;
import org.millrace.config.Problem;
import org.millrace.connector.DocumentFolderFile;
import org.millrace.connector.MetersFile;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.connector.rest.ErpConnectorFile;
import org.millrace.context.ContextFile;
import org.millrace.erp.ProductionSpec;
import org.millrace.historian.HistorianFile;
import org.millrace.kpi.OeeSpec;
import org.millrace.plant.Plant;
import org.millrace.route.DatabaseFile;
import org.millrace.route.RouteFiles.RouteFile;
import org.millrace.rule.Compilation;
import org.millrace.rule.RuleFile;
import org.millrace.source.codec.Codecs;
import org.millrace.source.file.FileSourceFile;
import org.millrace.source.http.HttpSourceFile;
import org.millrace.source.mqtt.MqttSourceFile;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.plc.PlcSourceFile;
import org.millrace.source.sql.SqlSourceFile;

/**
 * Everything a home folder says, checked across files. What has problems is not in the lists; a hub starts only from a
 * configuration without errors.
 *
 * @param version 12 hex digits over the names and contents of its files: the same files give the same version
 * @param problems in the order of files; see {@link #hasErrors()}
 */
public record Configuration(
        HubFile hub,
        HistorianFile historian,
        List<OpcUaSourceFile> opcUa,
        List<PlcSourceFile> plc,
        List<MqttSourceFile> mqtt,
        List<HttpSourceFile> http,
        List<FileSourceFile> files,
        List<SqlSourceFile> sql,
        List<ConnectorFile> connectors,
        Erp erp,
        Plant plant,
        List<RuleFile> ruleFiles,
        Compilation rules,
        AlarmPlan alarms,
        List<OeeSpec> oee,
        List<MetersFile> meters,
        List<ContextFile> contexts,
        List<RouteFile> routes,
        Codecs codecs,
        String version,
        List<Problem> problems) {

    /** What concerns the ERP. @param folders where documents go as files */
    public record Erp(
            List<ProductionSpec> production,
            List<ErpConnectorFile> connectors,
            List<DocumentFolderFile> folders,
            List<DatabaseFile> databases) {}

    public boolean hasErrors() {
        return problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    /** The same with these problems. */
    public Configuration with(List<Problem> others) {
        return new Configuration(
                hub,
                historian,
                opcUa,
                plc,
                mqtt,
                http,
                files,
                sql,
                connectors,
                erp,
                plant,
                ruleFiles,
                rules,
                alarms,
                oee,
                meters,
                contexts,
                routes,
                codecs,
                version,
                List.copyOf(others));
    }
}
