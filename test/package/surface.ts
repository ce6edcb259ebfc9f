import ts from "typescript";
import { root } from "./tree.js";

/** The project's compiler options, with the aliases that let a program import the package by its name. */
export function compilerOptions(): ts.CompilerOptions {
  const read = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(read.config, ts.sys, root, undefined, `${root}tsconfig.json`).options;
}

// Parsed once for all programs: the language's own declarations are most of the work.
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program over files on disk and files that exist only here, by absolute path. */
export function program(files: readonly string[], invented: Readonly<Record<string, string>> = {}): ts.Program {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => invented[path] !== undefined || fileExists(path);
  host.readFile = (path) => invented[path] ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = invented[path];
    if (text !== undefined) return ts.createSourceFile(path, text, language, true);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, language, ...rest));
    return parsed.get(path);
  };
  return ts.createProgram([...files, ...Object.keys(invented)], options, host);
}

function exportsOf(of: ts.Program, file: string): ts.Symbol[] {
  const source = of.getSourceFile(file);
  const module = source && of.getTypeChecker().getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is no module`);
  return of.getTypeChecker().getExportsOfModule(module);
}

function original(of: ts.Program, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? of.getTypeChecker().getAliasedSymbol(symbol) : symbol;
}

/** The names that a module exports: those that it has at run time, and those for the compiler alone. */
export function surfaceOf(
  of: ts.Program,
  file: string,
  loaded: Readonly<Record<string, unknown>>,
): { readonly values: string[]; readonly types: string[] } {
  const values = Object.keys(loaded).sort();
  const names = exportsOf(of, file).map(({ name }) => name);
  return { values, types: names.filter((name) => !values.includes(name)).sort() };
}

/** Exports, and members of exported interfaces and classes, that no docstring explains, be it an inherited one. */
export function undocumented(of: ts.Program, file: string): string[] {
  const checker = of.getTypeChecker();
  const silent = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length === 0;
  return exportsOf(of, file).flatMap((symbol) => {
    const target = original(of, symbol);
    const members = (target.declarations ?? []).flatMap((declaration) =>
      ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration) ? [...declaration.members] : [],
    );
    return [
      ...(silent(target) ? [symbol.name] : []),
      ...members.filter(isPublic).flatMap((member) => {
        const found = member.name && checker.getSymbolAtLocation(member.name);
        return found && silent(found) ? [`${symbol.name}.${found.name}`] : [];
      }),
    ];
  });
}

/** Exported functions whose names match and whose docstrings have no `@example`. */
export function withoutExample(of: ts.Program, file: string, names: RegExp): string[] {
  return exportsOf(of, file)
    .map((symbol) => original(of, symbol))
    .filter(({ name, flags }) => names.test(name) && (flags & ts.SymbolFlags.Function) !== 0)
    .filter((symbol) => !symbol.getJsDocTags(of.getTypeChecker()).some(({ name }) => name === "example"))
    .map(({ name }) => name);
}

/**
 * The public members. An override has the docstring of its ancestor, which may be the language's. A member of the type `never` or
 * `NotAllowed` has no value, and the text of `NotAllowed` explains it.
 */
function isPublic(member: ts.ClassElement | ts.TypeElement): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Override | ts.ModifierFlags.Protected;
  return (
    member.name !== undefined &&
    !ts.isPrivateIdentifier(member.name) &&
    !(ts.isPropertySignature(member) && isForbidden(member.type)) &&
    (ts.getCombinedModifierFlags(member as ts.Declaration) & hidden) === 0
  );
}

function isForbidden(type: ts.TypeNode | undefined): boolean {
  if (type === undefined) return false;
  return type.kind === ts.SyntaxKind.NeverKeyword || (ts.isTypeReferenceNode(type) && type.typeName.getText() === "NotAllowed");
}

/** The property names of an exported interface, inherited ones included; nothing when there is no such export. */
export function propertiesOf(of: ts.Program, file: string, name: string): string[] | undefined {
  const symbol = exportsOf(of, file).find((candidate) => candidate.name === name);
  if (symbol === undefined) return undefined;
  const type = of.getTypeChecker().getDeclaredTypeOfSymbol(original(of, symbol));
  const members = type.isUnion() ? type.types : [type];
  return [...new Set(members.flatMap((member) => member.getProperties().map((property) => property.name)))].sort();
}
