package org.millrace.context;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;
import org.millrace.connector.rest.ConnectorFile;

/** Where order, product, batch, shift and operator of machines are read: {@code connectors-config/context/<id>.yaml}. */
@Kind("Context")
@Doc(
        "Business context of assets from an ERP or MES, by SQL or REST: read in the background, kept with the time from which"
                + " it holds, attached to events, tickets and the historian.")
public record ContextFile(
        @Doc("Id of this source.") String id,

        @Doc("A database that says it; or rest.") Optional<Sql> sql,
        @Doc("A connector's system that says it; or sql.") Optional<Rest> rest,

        @Doc("How often it is read.") @Default("30s") Duration every,

        @Doc("sql: the column with the asset's name there. rest: jq over an item.") @Default("asset")
        String asset,

        @Doc("What that name is in the asset files: id, or a key of cmms such as cmms.work_center.") @Default("id")
        String match,

        @Doc("sql: the column that says since when it holds. rest: jq. Without it: since it was read.")
        Optional<String> since,

        @Doc("IANA zone of times without one.") @Default("UTC")
        String zone,

        @Doc("By the name people see: the column (sql) or jq (rest), e.g. { order: order_no, product: product_name }.")
        Map<String, String> fields,

        @Doc("How long the last answer is believed when no new one comes.") @Default("15m")
        Duration staleAfter) {

    public record Sql(
            @Doc("JDBC URL, e.g. jdbc:postgresql://mes.plant/production.")
            String url,

            @Doc("User name.") @Default("") String user,
            @Doc("Password by reference.") Optional<Secret> password,

            @Doc("One SELECT that gives a row for each asset that has a context now.")
            String query,

            @Doc("Longest wait for the database.") @Default("10s")
            Duration timeout) {}

    public record Rest(
            @Doc("Id of a connector: its address, login and limits are used.")
            String connector,

            @Doc("The request, as an operation of a connector; items brings one object for each asset.")
            ConnectorFile.Operation request) {}
}
