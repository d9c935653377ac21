package org.millrace.route;

import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;

/** A database that routes may write to and read from: {@code connectors-config/erp/<id>.yaml}. */
@Kind("Database")
@Doc(
        "A database for routes: jdbc:<id> runs the SQL of the step before it, for instance into a staging table that an ERP"
                + " reads.")
public record DatabaseFile(
        @Doc("Id by which routes name it: jdbc:<id>.") String id,

        @Doc("JDBC address, e.g. jdbc:postgresql://erp.example/staging or jdbc:sqlite:/srv/staging.db.")
        String url,

        @Doc("User name.") @Default("") String user,

        @Doc("Password by reference.") Optional<Secret> password,

        @Doc("Most connections at once.") @Default("3") int connections) {}
