/**
 * The stacks of the Python app, built again by CDK for Terraform in JavaScript.
 *
 *     node app.js <folder that the Python app wrote> <folder to write> [--whole-provider]
 *
 * It reads every `stacks/<name>/cdk.tf.json` of the first folder and creates, for each resource and
 * data source, the class of that type with the same arguments, and the same providers, backend,
 * variables and outputs. It has no YAML to read, no environment to check, no name to compute and no
 * reference to resolve: the comparison favours it.
 *
 * Each class comes from its own submodule, as a careful user imports it: that is the fastest
 * ordinary way. The root of the package requires every submodule at once; `--whole-provider`
 * imports that.
 */
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const cdktf = require("cdktf");

const PACKAGES = { google: "@cdktf/provider-google", random: "@cdktf/provider-random" };

/** Arguments that are maps of free keys, which keep their spelling. */
const MAPS = new Set([
  "annotations",
  "attribute_mapping",
  "default_labels",
  "environment_variables",
  "keepers",
  "label_extractors",
  "labels",
  "limits",
  "redis_configs",
  "resource_labels",
  "resource_manager_tags",
  "substitutions",
  "user_env_vars",
  "user_labels",
  "version_aliases",
]);

/** Top-level blocks without a class in cdktf 0.21, which the Python app adds as they are too. */
const RAW_BLOCKS = ["check", "ephemeral", "import", "moved", "removed"];

const [synthesized, outdir, option] = process.argv.slice(2);
const wholeProvider = option === "--whole-provider";

const camelCase = (name) => name.replace(/_+(\w)/g, (_, letter) => letter.toUpperCase());
const dependable = (fqn) => ({ fqn });
const entries = (block) => Object.entries(block ?? {}).filter(([key]) => key !== "//");

/** The class of a Terraform type, in a module of the package of its provider. */
function classOf(provider, module, type) {
  const root = PACKAGES[provider];
  if (root === undefined) throw new Error(`no JavaScript package is known for ${type}`);
  const loaded = wholeProvider
    ? require(root)[camelCase(module)]
    : require(`${root}/lib/${module.replaceAll("_", "-")}`);
  return Object.values(loaded).find((exported) => exported.tfResourceType === type);
}

/** Terraform arguments in the spelling of the JavaScript classes. */
function camelArguments(value) {
  if (Array.isArray(value)) return value.map(camelArguments);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    entries(value).map(([key, item]) => [
      camelCase(key),
      MAPS.has(key) && !Array.isArray(item) ? item : camelArguments(item),
    ]),
  );
}

/** Create one resource or data source; an argument that its class does not know is an override. */
function create(stack, Class, kind, type, name, block, meta) {
  const known = {};
  const overrides = [];
  for (const [key, value] of entries(block)) {
    if (camelCase(key) in meta) continue;
    if (camelCase(key) in Class.prototype) known[key] = value;
    else overrides.push([key, value]);
  }
  const config = { ...camelArguments(known), ...meta };
  const element = new Class(stack, `${kind}.${type}.${name}`, config);
  element.overrideLogicalId(name);
  for (const [key, value] of overrides) element.addOverride(key, value);
}

/** The meta-arguments of a resource or data source. */
function metaArguments(block, providers) {
  const meta = {};
  if (block.depends_on) meta.dependsOn = block.depends_on.map(dependable);
  if (block.provider) meta.provider = providers[block.provider];
  if (block.lifecycle) meta.lifecycle = camelArguments(block.lifecycle);
  return meta;
}

/** An output or variable: `config` has what its class knows, `overrides` the rest. */
function createNamed(stack, Class, kind, name, config, overrides) {
  const element = new Class(stack, `${kind}.${name}`, config);
  element.overrideLogicalId(name);
  for (const [key, value] of entries(overrides)) element.addOverride(key, value);
}

class PeerStack extends cdktf.TerraformStack {
  constructor(scope, id, document) {
    super(scope, id);
    this.addSettings(document.terraform);
    const providers = this.addProviders(document.provider);
    for (const [name, block] of entries(document.variable)) {
      const { type, default: usual, description, sensitive, nullable, ...rest } = block;
      const config = { type, default: usual, description, sensitive, nullable };
      createNamed(this, cdktf.TerraformVariable, "variable", name, config, rest);
    }
    for (const [name, value] of entries(document.locals)) {
      new cdktf.TerraformLocal(this, `local.${name}`, value).overrideLogicalId(name);
    }
    this.addResources("data", document.data, providers);
    this.addResources("resource", document.resource, providers);
    for (const [name, block] of entries(document.output)) {
      const { value, description, sensitive, depends_on: dependsOn, ...rest } = block;
      const config = { value, description, sensitive, dependsOn: dependsOn?.map(dependable) };
      createNamed(this, cdktf.TerraformOutput, "output", name, config, rest);
    }
    for (const name of RAW_BLOCKS) {
      if (document[name] !== undefined) this.addOverride(name, document[name]);
    }
  }

  /** The block `terraform`: the backend has a class, the rest has none. */
  addSettings({ backend, ...settings }) {
    for (const [type, properties] of entries(backend)) {
      if (type !== "gcs") throw new Error(`the backend is ${type}; only gcs is known`);
      new cdktf.GcsBackend(this, camelArguments(properties));
    }
    for (const [key, value] of entries(settings)) this.addOverride(`terraform.${key}`, value);
  }

  /** Providers by the name that resources use: `google`, or `google.alias`. */
  addProviders(blocksByType) {
    const providers = {};
    for (const [type, blocks] of entries(blocksByType)) {
      const Class = classOf(type, "provider", type);
      for (const block of blocks) {
        const fqn = block.alias ? `${type}.${block.alias}` : type;
        providers[fqn] = new Class(this, `provider.${fqn}`, camelArguments(block));
      }
    }
    return providers;
  }

  addResources(kind, blocksByType, providers) {
    for (const [type, blocks] of entries(blocksByType)) {
      const provider = type.split("_", 1)[0];
      const module = kind === "data" ? `data_${type}` : type.slice(provider.length + 1);
      const Class = classOf(provider, module, type);
      for (const [name, block] of entries(blocks)) {
        create(this, Class, kind, type, name, block, metaArguments(block, providers));
      }
    }
  }
}

const app = new cdktf.App({ outdir });
for (const name of fs.readdirSync(path.join(synthesized, "stacks")).sort()) {
  const file = path.join(synthesized, "stacks", name, "cdk.tf.json");
  new PeerStack(app, name, JSON.parse(fs.readFileSync(file, "utf8")));
}
app.synth();
