@echo off
rem cim for Windows: builds what is stale, then runs the program. See cim --help. Tests: cim test [options of dotnet test]
setlocal
set "ROOT=%~dp0"
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1

where dotnet >nul 2>nul || goto :no_sdk
pushd "%ROOT%"
dotnet --version >nul 2>nul || (popd & goto :no_sdk)
popd
if not exist "%SystemRoot%\System32\vulkan-1.dll" echo cim: no Vulkan loader was found; install your GPU vendor's driver 1>&2

if /i "%~1"=="test" goto :test
if /i "%~1"=="kernels" if /i not "%~2"=="--compile-all" goto :kernels

call :build src\Cim.Vulkan.Cli cim || exit /b 1
dotnet "%ROOT%src\Cim.Vulkan.Cli\bin\Release\net10.0\cim.dll" %*
exit /b %errorlevel%

:test
call :build Cim.Vulkan.sln all || exit /b 1
shift
dotnet test "%ROOT%Cim.Vulkan.sln" -c Release --no-build --nologo %1 %2 %3 %4 %5 %6 %7 %8 %9
exit /b %errorlevel%

:kernels
call :build src\Cim.Vulkan.KernelCompiler kernel-compiler || exit /b 1
shift
dotnet "%ROOT%src\Cim.Vulkan.KernelCompiler\bin\Release\net10.0\Cim.Vulkan.KernelCompiler.dll" --root "%ROOT%." %1 %2 %3 %4 %5 %6 %7 %8 %9
exit /b %errorlevel%

rem :build TARGET NAME: nothing to do where no source is newer than the stamp of the last build
:build
if not exist "%ROOT%artifacts\stamps" mkdir "%ROOT%artifacts\stamps"
powershell -NoProfile -Command "$s='%ROOT%artifacts\stamps\%2'; if (-not (Test-Path $s)) { exit 1 }; $t=(Get-Item $s).LastWriteTimeUtc; $n=Get-ChildItem '%ROOT%src','%ROOT%bench','%ROOT%shaders','%ROOT%tests' -Recurse -File | Where-Object { $_.LastWriteTimeUtc -gt $t -and $_.FullName -notmatch '\\(bin|obj)\\' } | Select-Object -First 1; exit [int]($null -ne $n)" && exit /b 0
echo cim: building %2 1>&2
type nul > "%ROOT%artifacts\stamps\%2.new"
dotnet build -c Release --nologo -v quiet "%ROOT%%1" || (echo cim: the build failed 1>&2 & exit /b 1)
move /y "%ROOT%artifacts\stamps\%2.new" "%ROOT%artifacts\stamps\%2" >nul
exit /b 0

:no_sdk
echo cim: the .NET 10 SDK is needed (global.json says which). Run: winget install Microsoft.DotNet.SDK.10 1>&2
echo cim: or follow "Install .NET on Windows" on Microsoft Learn, then start again. 1>&2
exit /b 2
